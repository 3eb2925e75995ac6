/** The phases in which a rollout still acts, as in the index rollouts_one_active, so that the planner can use it. */
export const activePhases = "('Pending','Running','Paused','Halted','RollingBack')";
