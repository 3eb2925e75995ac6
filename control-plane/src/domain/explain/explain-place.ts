import { shortRevision } from "@drover/kit";
import type { Instant } from "@drover/kit";
import type { ClusterHold } from "../placement/members.ts";
import type { Problem } from "../release/release.ts";
import { explainRollout, type RolloutFacts } from "./explain-rollout.ts";
import { explainRemoval, type RemovalFacts } from "./explain-removal.ts";
import type { ExplainedTarget } from "./explain-target.ts";
import { explainSelected, type SelectedClusters } from "./explain-selected.ts";
import { actionFor, type Link } from "./link.ts";

/** One application in one environment: what git says, what was made of it, and its rollouts. */
export interface PlaceFacts {
  readonly application: string;
  readonly environment: string;
  /** Files of the place that are not in force as they stand. */
  readonly invalidFiles: readonly { readonly path: string; readonly problem: Problem }[];
  readonly known: { readonly application: boolean; readonly environment: boolean };
  readonly pinned: string | undefined;
  /** Whether the pin names exceptions for single clusters. */
  readonly hasExceptions: boolean;
  readonly tracked: boolean;
  /** The newest commit of the tracked ref. */
  readonly head: string | undefined;
  /** Why that is not followed further. */
  readonly sourceProblem: Problem | undefined;
  readonly problem: Problem | undefined;
  readonly held: readonly ClusterHold[];
  readonly removal: RemovalFacts | undefined;
  readonly clusters: SelectedClusters;
  /** The newest of each scope, active ones first. */
  readonly rollouts: readonly RolloutFacts[];
}

/** Codes of what goes wrong while a release becomes objects. */
const rendering = /^(MANIFEST|VALUE|KUSTOMIZE|RENDER)_/;

export function explainPlace(facts: PlaceFacts, now: Instant): readonly Link[] {
  // What is on its way out has no rollout that matters.
  if (facts.removal !== undefined && facts.pinned === undefined && !facts.hasExceptions)
    return [...explainFiles(facts), ...explainPlaceRemoval(facts)];
  const links = [
    ...explainFiles(facts),
    ...explainPlaceRemoval(facts),
    ...explainIntent(facts),
    ...explainSelected({ ...facts, told: toldBy(facts.rollouts) }, now),
    ...facts.rollouts.flatMap((rollout) => explainRollout(rollout, now)),
  ];
  return links.length > 0 ? links : [unplanned(facts, now)];
}

const unplanned = ({ application, environment }: PlaceFacts, now: Instant): Link => ({
  kind: "AwaitingPlan",
  subject: `environments/${environment}/applications/${application}`,
  message: `git asks for ${application} in ${environment}, and no rollout of it has been planned yet`,
  numbers: {},
  next: now,
});

const explainPlaceRemoval = ({ application, environment, removal }: PlaceFacts): readonly Link[] =>
  removal === undefined
    ? []
    : explainRemoval(`${application} in ${environment}`, `environments/${environment}/applications/${application}`, removal);

const explainFiles = ({ invalidFiles }: PlaceFacts): readonly Link[] =>
  invalidFiles.map(({ path, problem }) => ({
    kind: "FleetFileInvalid",
    subject: `fleet/${path}`,
    message: `${path} is invalid, and its last valid form stays in force: ${problem.message}`,
    numbers: { code: problem.code },
    action: `correct ${path}; \`drover validate\` shows what is wrong before you push`,
  }));

function explainIntent(facts: PlaceFacts): readonly Link[] {
  const { application, environment, known, pinned, hasExceptions, tracked, head, sourceProblem } = facts;
  const problem = nearestProblem(facts);
  const subject = `environments/${environment}/applications/${application}`;
  if (!known.application || !known.environment) {
    const missing = known.application ? `environments/${environment}.yaml` : `applications/${application}.yaml`;
    return [{ kind: "NotPlaced", subject, message: `the fleet repository has no valid ${missing}`, numbers: {}, action: `add ${missing}` }];
  }
  if (pinned === undefined && !tracked && !hasExceptions)
    return [
      {
        kind: "NotPlaced",
        subject,
        message: `nothing places ${application} in ${environment}: it has no pin there, and the environment does not track it`,
        numbers: {},
        action: `drover promote ${application} --to ${environment} --revision REVISION`,
      },
    ];
  const links: Link[] = [];
  if (problem !== undefined) links.push(placementHeld(subject, problem));
  if (problem === undefined && tracked && pinned === undefined && sourceProblem !== undefined)
    links.push({
      kind: "SourceHeld",
      subject,
      message: `${environment} follows a source that cannot be read, and keeps what it has: ${sourceProblem.message}`,
      numbers: { code: sourceProblem.code },
      action: actionFor(sourceProblem.code),
    });
  if (tracked && pinned !== undefined && head !== undefined && !head.startsWith(pinned))
    links.push({
      kind: "PinHolds",
      subject,
      message: `${environment} tracks the source, whose head is ${shortRevision(head)}, but its pin holds ${shortRevision(pinned)}`,
      numbers: { head, pinned },
      action: `follow the head again: drover promote ${application} --to ${environment} --revision head`,
    });
  return links;
}

/** What git wants there cannot be carried out. */
export const placementHeld = (subject: string, { code, message }: Problem): Link => ({
  kind: rendering.test(code) ? "RenderFailed" : "PlacementHeld",
  subject,
  message,
  numbers: { code },
  action: actionFor(code),
});

/** A place is looked at apart from its source, and may not know yet what the source has met with. */
const nearestProblem = ({ problem, sourceProblem }: PlaceFacts): Problem | undefined =>
  problem?.code === "SOURCE_NOT_FETCHED" ? (sourceProblem ?? problem) : problem;

/** Of those that keep a rollout, its own links say so. */
const toldBy = (rollouts: readonly RolloutFacts[]): ReadonlySet<string> =>
  new Set(rollouts.flatMap(({ targets }) => targets.filter(saysItself).map(({ name }) => name)));

const saysItself = ({ state, because }: ExplainedTarget): boolean =>
  state === "inFlight" || state === "offline" || (state === "failed" && because?.kind === "WentOffline");
