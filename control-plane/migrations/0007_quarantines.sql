-- expand

-- What a rollout that was rolled back had brought, refused from the same moment on. While it is InForce the row itself refuses; once Committed
-- the fleet repository's file does, and the row tells how it came about. A Content, which no file names, stays InForce until it is Lifted.
create table quarantines (
  id               text        primary key,
  application      text        not null,
  environment      text        not null,
  kind             text        not null check (kind in ('Revision','Content')),
  revision         text        not null,
  content_digests  text[]      not null default '{}',
  rollout_id       text        not null references rollouts (id),
  -- The revision that the pin goes back to.
  returns_to       text        not null,
  reason           text        not null,
  state            text        not null default 'InForce' check (state in ('InForce','Committed','Lifted')),
  -- The commit that is under way, how often one was tried, and why the last one failed.
  intent_id        text,
  attempts         integer     not null default 0,
  problem          jsonb,
  created_at       timestamptz not null default now(),
  lifted_at        timestamptz,
  lifted_by        text
);
create index quarantines_by_application on quarantines (application, created_at desc) where state <> 'Lifted';
create index quarantines_by_rollout on quarantines (rollout_id);
