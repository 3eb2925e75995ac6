/** What decides whether an assignment replaces the one in force; the rest is for doing it. */
export interface Assigned {
  readonly application: string;
  readonly environment: string;
  readonly generation: number;
}

export type TakeUp<A extends Assigned> =
  | { readonly kind: "take"; readonly assignment: A }
  /** A newer envelope never carries an older generation; one that does is wrong, and what we have stays. */
  | { readonly kind: "refuse"; readonly assignment: A; readonly held: A };

/** Which assignments of a newer envelope come into force over those of the older one. */
export function takeUp<A extends Assigned>(held: readonly A[], incoming: readonly A[]): readonly TakeUp<A>[] {
  const byApplication = new Map(held.map((assignment) => [assignment.application, assignment]));
  return incoming.map((assignment) => {
    const before = byApplication.get(assignment.application);
    const backwards = before !== undefined && before.environment === assignment.environment && assignment.generation < before.generation;
    return backwards ? { kind: "refuse", assignment, held: before } : { kind: "take", assignment };
  });
}
