-- expand

-- Environments in which a token may approve gates, and break restrictions, whatever its role; '*' is all of them.
alter table api_tokens
  add column approves  text[] not null default '{}',
  add column overrides text[] not null default '{}';

-- What a gate's run measured, once for each number: two replicas that measure at once write one row. Attempts keep theirs.
create table gate_measurements (
  run_id       text        not null references gate_runs (id),
  attempt      integer     not null,
  n            integer     not null,
  at           timestamptz not null,
  ok           boolean     not null,
  value        text        check (length(value) <= 200),
  message      text        not null check (length(message) <= 500),
  primary key (run_id, attempt, n)
);

-- What people said of a gate. One subject has one word, however many tokens it holds.
create table gate_approvals (
  run_id       text        not null references gate_runs (id),
  attempt      integer     not null,
  subject      text        not null,
  role         text        not null,
  decision     text        not null check (decision in ('approve','reject')),
  reason       text        not null,
  at           timestamptz not null default now(),
  primary key (run_id, attempt, subject)
);
