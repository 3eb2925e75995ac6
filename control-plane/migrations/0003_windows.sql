-- expand
-- What people lay over all plans: freezes in git, the emergency stop, and break-glass, which sets freezes and windows aside for a while.

alter table fleet_objects
  drop constraint fleet_objects_kind_check,
  add constraint fleet_objects_kind_check check (kind in ('Fleet','Application','Environment','Strategy','Cluster','Project','Pin','Quarantine',
                                                          'ApplicationRemoval','ClusterRemoval','Freeze'));

-- At most one row: while it is there, nothing is dispatched anywhere.
create table emergency_stop (
  id           boolean     primary key default true check (id),
  actor        text        not null,
  reason       text        not null,
  since        timestamptz not null default now()
);

-- Null in `application` is every application of the environment.
create table break_glass (
  id           text        primary key,
  environment  text        not null,
  application  text,
  actor        text        not null,
  reason       text        not null,
  begun_at     timestamptz not null default now(),
  expires_at   timestamptz not null check (expires_at > begun_at),
  ended_at     timestamptz,
  ended_by     text,
  end_reason   text,
  check ((ended_at is null) = (ended_by is null))
);
create index break_glass_open on break_glass (environment, expires_at) where ended_at is null;
create index break_glass_newest on break_glass (begun_at desc, id);
