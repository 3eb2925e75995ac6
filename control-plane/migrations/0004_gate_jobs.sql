-- expand

-- Jobs that a gate wants to have run on clusters. A run is one opening of the gate, and its id names the Job; a cluster runs it at most once, and
-- only while the application is assigned exactly this generation and bundle. Wanted and Running travel in envelopes; the others are final.
create table gate_jobs (
  run_id       text        not null,
  cluster_id   text        not null references clusters (id),
  application  text        not null,
  generation   bigint      not null,
  bundle       text        not null,
  spec         jsonb       not null,
  state        text        not null default 'Wanted' check (state in ('Wanted','Running','Succeeded','Failed','Refused','Withdrawn')),
  message      text        not null default '',
  wanted_at    timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (run_id, cluster_id)
);
create index gate_jobs_open on gate_jobs (cluster_id, wanted_at, run_id) where state in ('Wanted', 'Running');
