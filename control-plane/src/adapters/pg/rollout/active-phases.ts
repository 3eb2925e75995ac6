/** The phases in which a rollout still acts, as in the index rollouts_one_active, so that PostgreSQL can use it. */
export const activePhases = "('Pending','Running','Paused','Halted')";
