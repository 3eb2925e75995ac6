-- expand

-- Jobs that a gate wants to have run on clusters, for the nth measurement of an attempt. A cluster runs each at most once, and only while the
-- application is assigned exactly this generation and bundle. Wanted and Running travel in envelopes; the others are final.
create table gate_jobs (
  run_id       text        not null,
  attempt      integer     not null,
  n            integer     not null,
  cluster_id   text        not null references clusters (id),
  -- What the Job is called in its cluster.
  id           text        not null generated always as (run_id || '-' || attempt || '-' || n) stored,
  application  text        not null,
  generation   bigint      not null,
  bundle       text        not null,
  spec         jsonb       not null,
  state        text        not null default 'Wanted' check (state in ('Wanted','Running','Succeeded','Failed','Refused','Withdrawn')),
  message      text        not null default '',
  wanted_at    timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (run_id, attempt, n, cluster_id)
);
create index gate_jobs_open on gate_jobs (cluster_id, wanted_at, id) where state in ('Wanted', 'Running');
