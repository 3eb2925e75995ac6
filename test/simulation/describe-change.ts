import type { AssignmentRow, RolloutRow, StatusRow, TargetRow } from "./memory/rows.ts";
import type { Change } from "./memory/table.ts";

/** A change of a row as a person would tell it; undefined for those that tell nothing. */
export function describeChange({ table, key, before, after }: Change, nameOf: (cluster: string) => string): string | undefined {
  switch (table) {
    case "rollouts":
      return describeRollout(before as RolloutRow | undefined, after as RolloutRow);
    case "rollout_targets":
      return describeTarget(before as TargetRow | undefined, after as TargetRow, nameOf);
    case "assignments":
      return describeAssignment(before as AssignmentRow | undefined, after as AssignmentRow, nameOf);
    case "statuses":
      return describeStatus(after as StatusRow | undefined, nameOf);
    case "fleet_objects":
      return `git: ${key} ${JSON.stringify((after as { readonly form?: unknown } | undefined)?.form ?? null)}`;
    default:
      return undefined;
  }
}

function describeRollout(before: RolloutRow | undefined, after: RolloutRow): string | undefined {
  const { id, application, revision, phase, acceptedFailures } = after;
  if (before === undefined) return `rollout ${id} of ${application} ${revision} begins`;
  const accepts = acceptedFailures === before.acceptedFailures ? "" : ` and accepts ${acceptedFailures} failures`;
  return before.phase === phase && accepts === "" ? undefined : `rollout ${id} is ${phase}${accepts}`;
}

function describeTarget(before: TargetRow | undefined, after: TargetRow, nameOf: (cluster: string) => string): string | undefined {
  const { rolloutId, clusterId, state, wave } = after;
  if (before?.state === state) return undefined;
  return `rollout ${rolloutId}: ${nameOf(clusterId)} ${before === undefined ? "" : `${before.state} -> `}${state}${wave === undefined ? "" : ` in wave ${wave}`}`;
}

function describeAssignment(
  before: AssignmentRow | undefined,
  after: AssignmentRow,
  nameOf: (cluster: string) => string,
): string | undefined {
  const { clusterId, application, generation, content, state } = after;
  if (before?.generation === generation && before.state === state) return undefined;
  return `${nameOf(clusterId)} is assigned ${application} ${content.revision} as generation ${generation}, ${state}`;
}

function describeStatus(after: StatusRow | undefined, nameOf: (cluster: string) => string): string | undefined {
  if (after === undefined) return undefined;
  const { clusterId, application, generation, sync, health } = after;
  return `${nameOf(clusterId)} reports ${application} generation ${generation} ${sync} and ${health}`;
}
