/** SQL: the newest rollout that began after the row `rollouts` where that has its clusters; null when there is none. */
export const newerRollout = (rollouts: string): string => `(
  select n.id from rollouts n
   where n.application = ${rollouts}.application and n.environment = ${rollouts}.environment and n.scope = ${rollouts}.scope
     and (n.created_at, n.id) > (${rollouts}.created_at, ${rollouts}.id)
   order by n.created_at desc, n.id desc limit 1)`;
