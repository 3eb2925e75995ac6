import { type ErrorEntries, entry } from "./entry.ts";

export const rolloutsErrors: ErrorEntries = {
  REMOVAL_PENDING: entry(
    "wrong-state",
    "The application is being removed from the environment.",
    "Some agent has not let go of it yet; an offline one keeps the removal open.",
    "Wait, take the removal out of the fleet repository, or revoke a cluster that never comes back.",
  ),
  REMOVAL_TRACKED: entry(
    "wrong-state",
    "The environment would place the application again.",
    "It tracks the application's source, or lists it.",
    "Take the application out of the environment's `applications` first, or remove it everywhere.",
  ),
  NOT_PLACED: entry(
    "wrong-state",
    "Nothing places the application there, and no cluster has it.",
    "A mistyped name, or it was removed before.",
    "Look with `drover why APPLICATION --environment ENVIRONMENT`.",
  ),
  PRUNE_NOT_HELD: entry(
    "wrong-state",
    "No cluster of the place holds this list of deletions.",
    "It was released meanwhile, another revision came, or the list has grown by an object and has another hash.",
    "Look at what is held now with `drover prune list`.",
  ),
  GATE_JOB_INVALID: entry(
    "invalid",
    "A gate's Job cannot be sent to a cluster.",
    "Image, arguments and environment together are larger than 8 KB, or a name in it is none that Kubernetes takes.",
    "Put what is long into the image or a ConfigMap, and correct the gate in the strategy.",
  ),
  AMBIGUOUS_ENVIRONMENT: entry(
    "shown",
    "Two environments want the application on one cluster.",
    "Overlapping selectors.",
    "Let only one of them select the cluster.",
  ),
  TOO_MANY_APPLICATIONS: entry(
    "shown",
    "The cluster has as many applications as it may.",
    "More than 150.",
    "Move some to another cluster.",
  ),
  STRATEGY_MISSING: entry(
    "shown",
    "The environment names a strategy that does not exist.",
    "A mistyped name.",
    "Add `strategies/<strategy>.yaml`, or correct the name.",
  ),
  PROJECT_MISSING: entry(
    "shown",
    "The application names a project that does not exist.",
    "A mistyped name.",
    "Add `projects/<project>.yaml`, or correct the name.",
  ),
  PROJECT_FORBIDS_CLUSTER: entry(
    "shown",
    "The project does not allow the cluster.",
    "Its `destinations` do not select it.",
    "Add it there, or choose other clusters.",
  ),
  PROJECT_FORBIDS_NAMESPACE: entry(
    "shown",
    "The project does not allow the namespace.",
    "It is not in its `namespaces`.",
    "Add it there, or choose another one.",
  ),
  PROJECT_FORBIDS_KIND: entry(
    "shown",
    "The project does not allow a kind of object.",
    "It is not in its `kinds`.",
    "Add it there, or take the object out.",
  ),
  PROJECT_FORBIDS_SOURCE: entry("shown", "The project does not allow the repository.", "It is not in its `sources`.", "Add it there."),
  PLACEMENT_CHANGED: entry("stale", "Another replica was faster.", "Two replicas at work.", "Nothing; it is looked at again."),
  ROLLOUT_CHANGED: entry("stale", "The rollout has changed meanwhile.", "Two who changed it at once.", "Nothing, or ask again."),
  ROLLOUT_NOT_FOUND: entry("not-found", "There is no rollout with this id.", "A mistyped id.", "List with `drover get rollouts`."),
  ROLLOUT_WRONG_PHASE: entry(
    "wrong-state",
    "The rollout's phase does not allow this.",
    "It has ended, or is not paused.",
    "Look at its phase.",
  ),
  ROLLOUT_BUDGET_SPENT: entry(
    "wrong-state",
    "More clusters failed than may.",
    "A bad release, most likely.",
    "Roll back, or resume with `acceptFailures` as high as the message says.",
  ),
  ROLLOUT_TIMEOUT: entry(
    "timeout",
    "The rollout did not end while the command waited.",
    "It is held; it goes on all the same.",
    "Ask `drover why`, or wait with a longer timeout.",
  ),
};
