import { type Instant, parseInstant } from "@drover/kit";
import { type Assignment, type Digest, digestOf, type Envelope } from "@drover/proto/wire";

/** One of our own rows, withdrawn ones included. */
export interface OwnAssignment {
  readonly application: string;
  readonly environment: string;
  readonly project: string;
  readonly generation: number;
  readonly state: Assignment["state"] | "withdrawn";
  readonly bundle: Digest;
  readonly namespace: string;
  readonly syncPolicy: Assignment["syncPolicy"];
  readonly deletionPolicy: Assignment["deletionPolicy"];
  readonly assignedAt: Instant;
}

/** What becomes of one of our rows. Rows that are right already are not listed. */
export type TakeOver =
  /** Ours is what the cluster should run, under a number that it has not seen with other content. */
  | { readonly kind: "renumber"; readonly application: string; readonly generation: number }
  /** The cluster's own envelope knows better, and we have its release and bundle. */
  | { readonly kind: "adopt"; readonly held: Assignment }
  /** We have no row of it, and lost what it names: remember the number, and let the next placement decide what becomes of it. It keeps running. */
  | { readonly kind: "recollect"; readonly held: Assignment }
  /** It knows better, but we lost what it names: say nothing about it, and it keeps running, until git has been projected again. */
  | { readonly kind: "withhold"; readonly application: string; readonly generation: number };

/**
 * Reconciles our rows, which may come from a backup, with an envelope that we signed and since forgot. Nothing goes
 * backwards: where contents differ, the one decided later wins. Both times are the database's. A row assigned after the
 * envelope was issued is a decision made since the restore; any other row is older than what the cluster holds.
 * No generation ever stands for two contents.
 */
export function planTakeOver(
  own: readonly OwnAssignment[],
  held: Envelope,
  known: (assignment: Assignment) => boolean,
): readonly TakeOver[] {
  const issuedAt = parseInstant(held.issuedAt) ?? 0;
  const ownByName = new Map(own.map((row) => [row.application, row]));
  const heldNames = new Set(held.assignments.map(({ application }) => application));

  const named = held.assignments.flatMap((theirs): readonly TakeOver[] => {
    const ours = ownByName.get(theirs.application);
    if (ours === undefined) return [{ kind: known(theirs) ? "adopt" : "recollect", held: theirs }];
    if (contentOf(ours) === contentOf(theirs)) return renumbered(ours, Math.max(ours.generation, theirs.generation));
    if (ours.assignedAt > issuedAt) return renumbered(ours, ours.generation > theirs.generation ? ours.generation : theirs.generation + 1);
    if (known(theirs)) return [{ kind: "adopt", held: theirs }];
    return [{ kind: "withhold", application: ours.application, generation: Math.max(ours.generation, theirs.generation) }];
  });
  // What the envelope no longer names was taken away after our copy was made; naming it again would bring it back.
  const forgotten = own
    .filter((row) => !heldNames.has(row.application) && row.assignedAt <= issuedAt && row.state !== "withdrawn")
    .map(({ application, generation }): TakeOver => ({ kind: "withhold", application, generation }));
  return [...named, ...forgotten];
}

const renumbered = ({ application, generation: before }: OwnAssignment, generation: number): readonly TakeOver[] =>
  generation === before ? [] : [{ kind: "renumber", application, generation }];

/** What a cluster would notice, whatever number it has. */
const contentOf = (row: OwnAssignment | Assignment): Digest =>
  digestOf({
    environment: row.environment,
    project: row.project,
    state: row.state,
    bundle: typeof row.bundle === "string" ? row.bundle : row.bundle.sha256,
    namespace: row.namespace,
    syncPolicy: row.syncPolicy,
    ...(row.state === "removing" ? { deletionPolicy: row.deletionPolicy ?? "Orphan" } : {}),
  });
