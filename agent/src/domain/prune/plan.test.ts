import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf } from "../manifest.ts";
import { type Leftover, type LeftoverLive, planPrune, type PruneInput, type PrunePlan } from "./plan.ts";

const owner = "shop.abcdefgh";
const id = (name: string, kind = "ConfigMap"): Leftover["id"] => ({ group: "", kind, namespace: "shop", name });
const live = (over: Partial<Extract<LeftoverLive, { kind: "live" }>> = {}): LeftoverLive => ({
  kind: "live",
  uid: "u1",
  owner,
  prune: undefined,
  deleting: false,
  ...over,
});
const leftover = (name: string, over: Partial<Leftover> = {}): Leftover => ({ id: id(name), uid: "u1", live: live(), ...over });
const input = (over: Partial<PruneInput>): PruneInput => ({
  owner,
  enabled: true,
  wanted: 10,
  owned: 11,
  leftovers: [leftover("a")],
  applied: true,
  healthy: true,
  ...over,
});
const many = (count: number): readonly Leftover[] => Array.from({ length: count }, (_, i) => leftover(`c${i}`));

const words = (plan: PrunePlan): string =>
  plan.kind === "go"
    ? plan.decisions.map((d) => `${d.kind} ${d.id.name}`).join(", ")
    : `${plan.kind}: ${typeof plan.because === "string" ? plan.because : plan.because.kind}`;

test.each([
  { name: "deletes what the inventory has, with the uid and label we applied", of: {}, want: "delete a" },
  { name: "waits while something is not applied", of: { applied: false }, want: "wait: not-applied" },
  { name: "waits while the rest is not healthy", of: { healthy: false }, want: "wait: not-healthy" },
  { name: "holds an empty bundle", of: { wanted: 0 }, want: "held: empty-bundle" },
  { name: "lets go of what is gone", of: { leftovers: [leftover("a", { live: { kind: "missing" } })], healthy: false }, want: "forget a" },
  { name: "lets go of another object of that name", of: { leftovers: [leftover("a", { uid: "u2" })] }, want: "forget a" },
  {
    name: "lets go of what another owner labelled",
    of: { leftovers: [leftover("a", { live: live({ owner: "other.abcdefgh" }) })] },
    want: "forget a",
  },
  { name: "keeps everything when prune is off", of: { enabled: false }, want: "keep a" },
  {
    name: "keeps an object that says so itself",
    of: { leftovers: [leftover("a", { live: live({ prune: "disabled" }) })] },
    want: "keep a",
  },
  { name: "awaits what is being deleted", of: { leftovers: [leftover("a", { live: live({ deleting: true }) })] }, want: "await a" },
  { name: "holds a namespace", of: { leftovers: [leftover("a", { id: id("a", "Namespace") })] }, want: "hold a" },
  { name: "deletes its own unfinished creation", of: { leftovers: [leftover("a", { uid: undefined })] }, want: "delete a" },
  {
    name: "deletes 20 of 30",
    of: { leftovers: many(20), wanted: 10, owned: 30 },
    want: many(20)
      .map((l) => `delete ${l.id.name}`)
      .join(", "),
  },
  { name: "holds 21 of 30", of: { leftovers: many(21), wanted: 9, owned: 30 }, want: "held: mass-prune" },
  {
    name: "deletes 21 of 100",
    of: { leftovers: many(21), wanted: 79, owned: 100 },
    want: many(21)
      .map((l) => `delete ${l.id.name}`)
      .join(", "),
  },
])("$name", ({ of, want }) => expect(words(planPrune(input(of)))).toBe(want));

const anyLeftover = fc.record({
  id: fc.record({
    group: fc.constantFrom("", "apps"),
    kind: fc.constantFrom("ConfigMap", "Namespace", "StatefulSet"),
    namespace: fc.constantFrom("shop", undefined),
    name: fc.string({ minLength: 1, maxLength: 3 }),
  }),
  uid: fc.constantFrom("u1", "u2", undefined),
  live: fc.oneof(
    fc.constant({ kind: "missing" as const }),
    fc.record({
      kind: fc.constant("live" as const),
      uid: fc.constantFrom("u1", "u2"),
      owner: fc.constantFrom(owner, "other.abcdefgh", undefined),
      prune: fc.constantFrom("disabled", undefined),
      deleting: fc.boolean(),
    }),
  ),
});

test("whatever happens, only what is owned by uid and label is deleted, never more than the guard allows, never before the rest is right", () => {
  const anyInput = fc.record({
    owner: fc.constant(owner),
    enabled: fc.boolean(),
    wanted: fc.nat(100),
    owned: fc.nat(200),
    leftovers: fc.uniqueArray(anyLeftover, { selector: (l) => keyOf(l.id), maxLength: 60 }),
    applied: fc.boolean(),
    healthy: fc.boolean(),
  });
  fc.assert(
    fc.property(anyInput, (given) => {
      const plan = planPrune(given);
      const deletions = plan.kind === "go" ? plan.decisions.filter((decision) => decision.kind === "delete") : [];
      if (deletions.length === 0) return;
      expect(given.applied && given.healthy && given.enabled && given.wanted > 0).toBe(true);
      expect(deletions.length <= 20 || deletions.length <= 0.3 * given.owned).toBe(true);
      for (const { id: deleted, uid } of deletions) {
        const of = given.leftovers.find((one) => keyOf(one.id) === keyOf(deleted));
        expect(of?.live).toMatchObject({ kind: "live", uid, owner, deleting: false });
        expect([uid, undefined]).toContain(of?.uid);
      }
    }),
  );
});
