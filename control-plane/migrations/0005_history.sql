-- expand

-- What each cluster was given of each application, and when: a row for every change of an assignment, written in the transaction of
-- that change. No foreign keys: a record is written with ten thousand others, and names only what the assignment's own keys vouched for.
-- 'removed': withdrawn, and its agent has let go of the objects. `proven_at` as in assignments, of this generation.
create table assignment_history (
  cluster_id     text        not null,
  application    text        not null,
  at             timestamptz not null,
  environment    text        not null,
  generation     bigint      not null,
  state          text        not null check (state in ('active','removing','suspended','withdrawn','removed')),
  release_id     text        not null,
  revision       text        not null,
  bundle         text        not null,
  content_digest text        not null,
  rollout_id     text,
  proven_at      timestamptz,
  primary key (cluster_id, application, at)
);
-- Which clusters ever were in an environment: of ten thousand it may be one.
create index assignment_history_environment on assignment_history (environment, cluster_id);

insert into assignment_history (cluster_id, application, at, environment, generation, state, release_id, revision, bundle, content_digest,
                                rollout_id, proven_at)
select cluster_id, application, date_trunc('milliseconds', assigned_at), environment, generation,
       case when state = 'withdrawn' and deletion_policy is not null then 'removed' else state end, release_id, revision, bundle,
       content_digest, rollout_id, proven_at
  from assignments;

-- Nothing is known of the time before.
insert into settings (key, value) values ('history.begins', to_jsonb(now()));
