-- expand

-- Work is a key in a queue: asking twice is asking once. A claim raises lease_epoch; every write of the claimant is fenced by
-- it. `asked` moves with each request, so that a request made during the work is not lost when the work is settled.
create table work (
  queue        text        not null,
  key          text        not null,
  due_at       timestamptz,
  asked        bigint      not null default 1,
  attempts     integer     not null default 0,
  lease_until  timestamptz not null default '-infinity',
  lease_epoch  bigint      not null default 0,
  last_error   jsonb,
  primary key (queue, key)
);
create index work_due on work (queue, due_at) where due_at is not null;

-- ------------------------------------------------------------------ intent, projected from the fleet repository

create table fleet_commits (
  commit       text        primary key,
  position     bigint      not null generated always as identity,
  author       text        not null,
  message      text        not null,
  request_id   text,
  committed_at timestamptz not null,
  projected_at timestamptz not null default now(),
  constraint fleet_commits_position unique (position)
);

-- `form` is the last valid form and stays in force while `problem` says what is wrong with the file as it is now.
create table fleet_objects (
  kind         text        not null check (kind in ('Fleet','Application','Environment','Strategy','Cluster','Project','Pin','Quarantine',
                                        'ApplicationRemoval','ClusterRemoval')),
  name         text        not null,
  path         text        not null,
  blob         text        not null,
  form         jsonb,
  problem      jsonb,
  commit       text        not null references fleet_commits (commit),
  version      bigint      not null default 1,
  updated_at   timestamptz not null default now(),
  primary key (kind, name)
);

-- What the API was asked to change in git. Pending until the commit is pushed and projected; void when it never will be.
create table intents (
  id           text        primary key,
  kind         text        not null check (kind in ('Promotion','Rollback','ClusterAdded','FileEdit','Removal','RemovalDone')),
  subject      text        not null,
  edit         jsonb       not null,
  reason       text        not null,
  actor        text        not null,
  traceparent  text,
  state        text        not null default 'pending' check (state in ('pending','writing','current','void')),
  commit       text,
  error        jsonb,
  created_at   timestamptz not null default now(),
  settled_at   timestamptz
);
create index intents_open on intents (created_at) where state in ('pending','writing');
create index intents_by_kind on intents (kind, created_at desc, id);

-- ------------------------------------------------------------------ sources, releases, bundles

create table sources (
  repository   text        not null,
  ref          text        not null,
  commit       text,
  fetched_at   timestamptz,
  problem      jsonb,
  primary key (repository, ref)
);

create table releases (
  id           text        primary key,
  application  text        not null,
  number       integer     not null,
  revision     text        not null,
  spec_digest  text        not null,
  spec         jsonb       not null,
  author       text        not null,
  message      text        not null,
  committed_at timestamptz not null,
  created_at   timestamptz not null default now(),
  constraint releases_number unique (application, number),
  constraint releases_identity unique (application, revision, spec_digest)
);

create table bundles (
  digest       text        primary key,
  size         integer     not null,
  objects      integer     not null,
  gzip         bytea       not null,
  created_at   timestamptz not null default now()
);

-- One render of a release with one set of inputs. Clusters with equal inputs share the row, and so the bundle.
create table renders (
  release_id   text        not null references releases (id),
  inputs_digest text       not null,
  inputs       jsonb       not null,
  bundle       text        references bundles (digest),
  problem      jsonb,
  rendered_at  timestamptz not null default now(),
  primary key (release_id, inputs_digest),
  check ((bundle is null) <> (problem is null))
);

-- ------------------------------------------------------------------ clusters and their identities

-- Enrolled identities and what they sign with; intent about a cluster (labels, values) lives in fleet_objects.
create table clusters (
  id             text        primary key check (id ~ '^[a-z2-7]{26}$'),
  name           text        not null,
  state          text        not null default 'Pending' check (state in ('Pending','Enrolled','Revoked')),
  enrolment      bigint      not null default 0,
  public_key     text,
  previous_key   text,
  previous_until timestamptz,
  renewals       bigint      not null default 0,
  cluster_uid    text,
  jwt_expires_at timestamptz,
  revoked_at     timestamptz,
  created_at     timestamptz not null default now(),
  version        bigint      not null default 1,
  constraint clusters_name unique (name),
  constraint clusters_public_key unique (public_key)
);

-- What the newest accepted report said of the cluster itself; what makes one newer is in judge-report.ts. lease_transitions is null
-- for agents that do not say it.
create table cluster_reports (
  cluster_id         text        primary key references clusters (id),
  enrolment          bigint      not null,
  boot               bigint      not null,
  seq                bigint      not null,
  event_seq          bigint      not null default 0,
  agent_version      text        not null,
  kubernetes_version text        not null,
  epoch              bigint      not null,
  sequence           bigint      not null,
  digest             text        not null,
  lease_transitions  bigint,
  maintenance        boolean     not null default false,
  seen_at            timestamptz not null
);
create index cluster_reports_seen on cluster_reports (seen_at);

create table enrolment_tokens (
  id           text        primary key,
  hash         bytea       not null,
  cluster_id   text        not null references clusters (id),
  created_by   text        not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  used_at      timestamptz,
  used_by      text,
  answer       jsonb
);

-- Nonces that were used. Unused ones are not stored: they carry their own expiry and authentication code.
create table nonces (
  nonce        text        primary key,
  expires_at   timestamptz not null
);
create index nonces_age on nonces (expires_at);

-- What changes in a NATS account's JWT while we run. `issued_at` (seconds) rises with each version, so that servers which
-- compare two JWTs of one second still agree on the newer one. `revocations`: user key to the second of its revocation.
create table nats_accounts (
  name         text        primary key,
  version      bigint      not null default 1,
  issued_at    bigint      not null default extract(epoch from now())::bigint,
  revocations  jsonb       not null default '{}'
);

-- ------------------------------------------------------------------ what should run where

-- `generation` rises whenever the content or the state changes. `deletion_policy` goes with 'removing'. `proven_at`: the first Synced and Healthy report of this very generation and bundle.
create table assignments (
  cluster_id      text        not null references clusters (id),
  application     text        not null,
  environment     text        not null,
  project         text        not null,
  state           text        not null check (state in ('active','removing','suspended','withdrawn')),
  generation      bigint      not null,
  release_id      text        not null references releases (id),
  revision        text        not null,
  bundle          text        not null references bundles (digest),
  namespace       text        not null,
  sync_policy     jsonb       not null,
  content_digest  text        not null,
  deletion_policy text        check (deletion_policy in ('Delete','Orphan')),
  rollout_id      text,
  traceparent     text,
  assigned_at     timestamptz not null default now(),
  acknowledged_at timestamptz,
  proven_at       timestamptz,
  primary key (cluster_id, application)
);
create index assignments_application on assignments (application, environment, cluster_id);
create index assignments_bundle on assignments (bundle);

-- A state-based outbox: whatever has published < sequence must be sent. A crash anywhere only sends it again.
create table envelopes (
  cluster_id          text    primary key references clusters (id),
  epoch               bigint  not null default 1,
  sequence            bigint  not null default 0,
  issued_at           timestamptz not null default now(),
  published_epoch     bigint  not null default 1,
  published_sequence  bigint  not null default 0,
  lease_until         timestamptz not null default '-infinity'
);
create index envelopes_unpublished on envelopes (cluster_id) where published_sequence < sequence or published_epoch < epoch;

-- The newest accepted status of each application on each cluster. `reported_at` is when it was first reported in this very form;
-- when the cluster was last heard of is in cluster_reports.
create table statuses (
  cluster_id       text        not null references clusters (id),
  application      text        not null,
  enrolment        bigint      not null,
  boot             bigint      not null,
  seq              bigint      not null,
  generation       bigint      not null,
  bundle           text        not null,
  sync             text        not null check (sync in ('Synced','OutOfSync','Unknown')),
  health           text        not null check (health in ('Healthy','Progressing','Degraded','Suspended','Missing','Unknown')),
  reason           text,
  message          text,
  failing          jsonb       not null default '[]',
  objects          integer     not null,
  drifted          integer     not null,
  held_hash        text,
  held_objects     integer,
  degraded_since   timestamptz,
  last_degraded_at timestamptz,
  reported_at      timestamptz not null,
  changed_at       timestamptz not null,
  primary key (cluster_id, application)
);
create index statuses_application on statuses (application, cluster_id);
create index statuses_held on statuses (application, held_hash) where held_hash is not null;
create index statuses_unwell on statuses (cluster_id, application) where health <> 'Healthy' or sync <> 'Synced';

-- Times that an object differed from git, as agents told them; open while ended_at is null. Kept for a while, and only so many a cluster.
create table drift_episodes (
  id           bigint      not null generated always as identity,
  cluster_id   text        not null references clusters (id),
  application  text        not null,
  api_group    text        not null,
  kind         text        not null,
  namespace    text        not null,
  name         text        not null,
  started_at   timestamptz not null,
  ended_at     timestamptz,
  change       text        not null,
  fields       jsonb       not null,
  actor        text,
  action       text        not null,
  primary key (cluster_id, application, api_group, kind, namespace, name, started_at)
);
create index drift_episodes_recent on drift_episodes (cluster_id, started_at desc, id desc);
create index drift_episodes_age on drift_episodes (started_at);

-- Deletions that agents hold back and people released, for every cluster of the place that would lose exactly these objects.
create table prune_approvals (
  id           text        primary key,
  application  text        not null,
  environment  text        not null,
  hash         text        not null,
  actor        text        not null,
  reason       text        not null,
  approved_at  timestamptz not null default now(),
  constraint prune_approvals_place unique (application, environment, hash)
);

-- ------------------------------------------------------------------ placements and rollouts

-- What git wants of one application in one environment, as last computed, and why it cannot be carried out if it cannot.
create table placements (
  application  text        not null,
  environment  text        not null,
  revision     text,
  release_id   text        references releases (id),
  problem      jsonb,
  -- Clusters that are held by themselves, and the other environments that want the application on some of them.
  holds        jsonb       not null default '[]',
  rivals       text[]      not null default '{}',
  updated_at   timestamptz not null default now(),
  version      bigint      not null default 1,
  primary key (application, environment)
);

-- The content that a cluster is to reach: set when a rollout begins, compared at every projection.
create table goals (
  application     text not null,
  environment     text not null,
  cluster_id      text not null references clusters (id),
  scope           text not null check (scope in ('Environment','Clusters')),
  release_id      text not null references releases (id),
  revision        text not null,
  bundle          text not null references bundles (digest),
  namespace       text not null,
  project         text not null,
  sync_policy     jsonb not null,
  content_digest  text not null,
  rollout_id      text,
  primary key (application, environment, cluster_id)
);

create table rollouts (
  id                text        primary key,
  application       text        not null,
  environment       text        not null,
  scope             text        not null check (scope in ('Environment','Clusters')),
  change_id         text        not null,
  release_id        text        not null references releases (id),
  revision          text        not null,
  previous_revision text,
  phase             text        not null check (phase in ('Pending','Running','Paused','Halted','RollingBack','Completed','RolledBack','Superseded','Aborted')),
  -- A rollback takes back what the rollout `rolls_back` brought; a person's has none.
  kind              text        not null default 'Rollout' check (kind in ('Rollout','Rollback')),
  rolls_back        text        references rollouts (id),
  strategy          jsonb       not null,
  accepted_failures integer     not null default 0,
  skipped_waves     integer[]   not null default '{}',
  actor             text        not null,
  reason            text        not null,
  traceparent       text,
  holds             jsonb       not null default '[]',
  wave_sizes        jsonb       not null default '{}',
  created_at        timestamptz not null default now(),
  started_at        timestamptz,
  finished_at       timestamptz,
  version           bigint      not null default 1
);
-- One that is RollingBack waits beside its rollback.
create unique index rollouts_one_active on rollouts (application, environment, scope)
  where phase in ('Pending','Running','Paused','Halted');
create index rollouts_recent on rollouts (created_at desc, id);
create index rollouts_by_place on rollouts (application, environment, created_at desc, id);
create index rollouts_by_change on rollouts (change_id);

create table rollout_targets (
  rollout_id      text        not null references rollouts (id),
  cluster_id      text        not null references clusters (id),
  state           text        not null check (state in ('waiting','unchanged','inFlight','succeeded','failed','offline','left','skipped')),
  wave            integer,
  generation      bigint,
  previous_revision text,
  -- What the cluster had as the rollout began, in the columns of goals: a rollback needs neither git nor rendering.
  previous_content jsonb,
  retried         boolean     not null default false,
  was_degraded    boolean     not null default false,
  dispatched_at   timestamptz,
  acknowledged_at timestamptz,
  succeeded_at    timestamptz,
  failed_at       timestamptz,
  because         jsonb,
  primary key (rollout_id, cluster_id)
);
create index rollout_targets_cluster on rollout_targets (cluster_id);

-- Every step of every rollout, once: the primary key is what makes two replicas unable to record one step twice.
create table rollout_transitions (
  rollout_id   text        not null references rollouts (id),
  step         bigint      not null,
  cluster_id   text        not null default '',
  event        text        not null,
  from_state   text        not null,
  to_state     text        not null,
  because      jsonb,
  actor        text        not null,
  at           timestamptz not null default now(),
  primary key (rollout_id, step, cluster_id)
);

-- A gate of a wave that was opened, and how far it is. It belongs to one rollout: nothing measured for another one counts.
create table gate_runs (
  id           text        primary key,
  rollout_id   text        not null references rollouts (id),
  wave         integer     not null,
  side         text        not null check (side in ('before','after')),
  gate         text        not null,
  state        text        not null default 'Open' check (state in ('Open','Passed','Failed')),
  message      text        not null default '',
  next_at      timestamptz,
  attempt      integer     not null default 1,
  opened_at    timestamptz not null default now(),
  settled_at   timestamptz,
  constraint gate_runs_place unique (rollout_id, wave, side, gate)
);

-- ------------------------------------------------------------------ people

create table api_tokens (
  id           text        primary key,
  hash         bytea       not null,
  subject      text        not null,
  role         text        not null check (role in ('viewer','operator','admin')),
  created_by   text        not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  revoked_at   timestamptz,
  last_used_at timestamptz
);

create table idempotency_keys (
  subject      text        not null,
  key          text        not null,
  request_hash bytea       not null,
  status       integer,
  response     jsonb,
  created_at   timestamptz not null default now(),
  primary key (subject, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

create table audit (
  id           bigint      not null generated always as identity primary key,
  at           timestamptz not null default now(),
  actor        text        not null,
  action       text        not null,
  object       text        not null,
  result       text        not null check (result in ('allowed','refused')),
  request_id   text        not null,
  details      jsonb       not null default '{}'
);
create index audit_by_object on audit (object, id desc);

-- What watchers are told. Rows become visible out of order; readers stay behind the oldest running transaction (`xid`).
create table events (
  id           bigint      not null generated always as identity primary key,
  xid          xid8        not null default pg_current_xact_id(),
  at           timestamptz not null default now(),
  kind         text        not null,
  subject      text        not null,
  body         jsonb       not null
);
create index events_order on events (xid, id);
create index events_age on events (at);

create table settings (
  key          text        primary key,
  value        jsonb       not null
);
