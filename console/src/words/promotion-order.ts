import type { Environment } from "@drover/proto/rest";

/** Environments as a revision passes them: each behind those that it is promoted from, by name where that does not decide. */
export function inPromotionOrder<Of extends Pick<Environment, "name" | "spec">>(environments: readonly Of[]): readonly Of[] {
  const rank = new Map(environments.map(({ name }) => [name, 0]));
  // One round for each link that a chain can have. A circle, which git may hold, only ranks high.
  for (const _round of environments)
    for (const { name, spec } of environments) {
      const before = (spec.promotesFrom ?? []).flatMap((from) => rank.get(from) ?? []);
      rank.set(name, Math.max(0, ...before.map((of) => of + 1)));
    }
  const rankOf = ({ name }: Of): number => rank.get(name) ?? 0;
  return environments.toSorted((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name));
}
