import type { Environment, Placement, Quarantine, Release, Rollout } from "@drover/proto/rest";
import { inPromotionOrder } from "../words/promotion-order.ts";

/** One environment of the board. Without a placement the application has not come there yet. */
export interface BoardColumn {
  readonly environment: Environment;
  readonly placement: Placement | undefined;
  readonly release: Release | undefined;
  readonly rollout: Rollout | undefined;
  readonly marks: readonly Mark[];
}

/** A word about an environment that one must not overlook. */
export interface Mark {
  readonly word: string;
  readonly color: string;
  readonly detail: string;
}

interface BoardFacts {
  readonly environments: readonly Environment[];
  readonly placements: readonly Placement[];
  readonly releases: readonly Release[];
  /** Those that have not ended. */
  readonly rollouts: readonly Rollout[];
  readonly quarantines: readonly Quarantine[];
}

export function boardColumns({ environments, placements, releases, rollouts, quarantines }: BoardFacts): readonly BoardColumn[] {
  return inPromotionOrder(environments).map((environment) => {
    const placement = placements.find((one) => one.environment === environment.name);
    const rollout = rollouts.find((one) => one.environment === environment.name);
    const release = releases.find(({ id }) => id === placement?.release?.id);
    return { environment, placement, release, rollout, marks: marksOf(environment, placement, rollout, quarantines) };
  });
}

const holdMarks: Readonly<Record<string, readonly [word: string, color: string]>> = {
  Stopped: ["emergency stop", "red"],
  Frozen: ["frozen", "cyan"],
  OutsideWindow: ["outside its window", "cyan"],
};

function marksOf(
  { spec }: Environment,
  placement: Placement | undefined,
  rollout: Rollout | undefined,
  quarantines: readonly Quarantine[],
): readonly Mark[] {
  const marks: Mark[] = [];
  const refused = quarantines.find(({ revision, environment }) => revision === placement?.revision && isOf(environment, placement));
  if (refused !== undefined) marks.push({ word: "quarantined", color: "red", detail: refused.reason });
  for (const { kind, message } of rollout?.holds ?? []) {
    const mark = holdMarks[kind];
    if (mark !== undefined) marks.push({ word: mark[0], color: mark[1], detail: message ?? kind });
  }
  const exceptions = Object.keys(placement?.pin?.clusters ?? {});
  if (exceptions.length > 0) marks.push({ word: `${exceptions.length} pinned apart`, color: "grape", detail: exceptions.join(", ") });
  if (placement?.pin?.revision === undefined && spec.track === "head")
    marks.push({ word: "follows the branch", color: "gray", detail: "each new commit of the source's ref is rolled out" });
  if (spec.windows !== undefined && spec.windows.length > 0)
    marks.push({ word: "has windows", color: "gray", detail: spec.windows.map(inWords).join("; ") });
  return marks;
}

const isOf = (environment: string | undefined, placement: Placement | undefined): boolean =>
  environment === undefined || environment === placement?.environment;

const inWords = ({ kind, schedule, duration, timeZone = "UTC" }: NonNullable<Environment["spec"]["windows"]>[number]): string =>
  `${kind} ${schedule} for ${duration}, ${timeZone}`;
