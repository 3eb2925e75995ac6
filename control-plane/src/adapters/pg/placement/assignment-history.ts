/**
 * SQL: a record of each assignment in `changed`, the whole rows that the same statement has just written. The time is not the
 * transaction's: one that waited for a row began before the change that it follows. Milliseconds, as everybody is shown; of two
 * changes within one the later stands.
 */
export const recordHistory = (changed: string): string => `
  insert into assignment_history as h (cluster_id, application, at, environment, generation, state, release_id, revision, bundle,
                                       content_digest, rollout_id, proven_at)
  select cluster_id, application, date_trunc('milliseconds', (select clock_timestamp())), environment, generation,
         case when state = 'withdrawn' and deletion_policy is not null then 'removed' else state end, release_id, revision, bundle,
         content_digest, rollout_id, proven_at
    from ${changed}
  on conflict (cluster_id, application, at) do update
    set environment = excluded.environment, generation = excluded.generation, state = excluded.state, release_id = excluded.release_id,
        revision = excluded.revision, bundle = excluded.bundle, content_digest = excluded.content_digest, rollout_id = excluded.rollout_id,
        proven_at = excluded.proven_at`;

/** SQL: the records of the assignments in `proven` are proven as these are. A generation's records are no older than its assignment. */
export const proveHistory = (proven: string): string => `
  update assignment_history h set proven_at = p.proven_at
    from ${proven} p
   where p.proven_at is not null and h.cluster_id = p.cluster_id and h.application = p.application
     and h.at >= date_trunc('milliseconds', p.assigned_at) and h.generation = p.generation and h.proven_at is null`;
