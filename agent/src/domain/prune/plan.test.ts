import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf } from "../manifest.ts";
import type { Leftover, LeftoverLive } from "./leftover.ts";
import { type DeletionInput, type DeletionPlan, planDeletion } from "./plan.ts";

const owner = "shop.abcdefgh";
type Live = Extract<LeftoverLive, { kind: "live" }>;

const live = (over: Partial<Live> = {}): Live => ({
  kind: "live",
  uid: "u1",
  resourceVersion: "1",
  owner,
  annotations: undefined,
  deleting: undefined,
  ...over,
});
const leftover = (
  name: string,
  over: Partial<Leftover> & { readonly kind?: string; readonly namespace?: string | undefined } = {},
): Leftover => {
  const { kind = "ConfigMap", namespace = "shop", ...rest } = over;
  const id = { group: "", kind, namespace: kind === "Namespace" ? undefined : namespace, name };
  return { key: keyOf(id), id, uid: "u1", live: live(), approved: false, suspended: false, ...rest };
};
const nobody: DeletionInput["others"] = { want: () => false, uids: new Set(), namespaces: new Set(), use: () => false };
const input = (over: Partial<DeletionInput>): DeletionInput => ({
  purpose: "prune",
  owner,
  enabled: true,
  syncOptions: [],
  wanted: 10,
  owned: 11,
  leftovers: [leftover("a")],
  others: nobody,
  defines: (definition, { kind }) => kind === "Widget" && definition === "widgets.example.com",
  isApproved: () => false,
  before: undefined,
  ...over,
});
const many = (count: number): readonly Leftover[] => Array.from({ length: count }, (_, i) => leftover(`c${i}`));
const deleting = { since: "2026-01-01T00:00:00Z", finalizers: ["example.com/a"] };

function words({ letGo, kept, leaving, next }: DeletionPlan): string {
  const names = (all: readonly Leftover[]): string => all.map(({ id }) => id.name).join(" ");
  const step =
    next.kind === "wait"
      ? `wait ${next.for.kind}`
      : next.kind === "held"
        ? `held ${next.because.kind} ${next.list.map(({ name }) => name).join(" ")}`
        : next.kind === "delete"
          ? `delete ${names(next.deletions)}`
          : "";
  return [
    ...letGo.map((one) => `${one.because} ${one.leftover.id.name}`),
    ...kept.map((one) => `${one.because} ${one.leftover.id.name}`),
    ...leaving.map(({ id }) => `leaving ${id.name}`),
    step,
  ]
    .filter((word) => word !== "")
    .join(", ");
}

const annotated = (annotations: Readonly<Record<string, string>>): readonly Leftover[] => [leftover("a", { live: live({ annotations }) })];

test.each<{ readonly name: string; readonly of: Partial<DeletionInput>; readonly want: string }>([
  { name: "deletes what the inventory has, with the uid and label we applied", of: {}, want: "delete a" },
  { name: "waits while something is not applied", of: { before: { kind: "not-applied" } }, want: "wait not-applied" },
  { name: "waits while the rest is not healthy", of: { before: { kind: "not-healthy" } }, want: "wait not-healthy" },
  {
    name: "waits for a bundle that may want it",
    of: { before: { kind: "unread-bundle", application: "b" } },
    want: "wait unread-bundle",
  },
  { name: "waits for what no list has shown", of: { leftovers: [leftover("a", { live: { kind: "unseen" } })] }, want: "wait not-applied" },
  { name: "holds an empty bundle", of: { wanted: 0 }, want: "held empty-bundle a" },
  {
    name: "says that it holds before it waits for health",
    of: { wanted: 0, before: { kind: "not-healthy" } },
    want: "held empty-bundle a",
  },
  {
    name: "waits for health although it is approved",
    of: { wanted: 0, before: { kind: "not-healthy" }, isApproved: () => true },
    want: "wait not-healthy",
  },
  { name: "an approval releases an empty bundle", of: { wanted: 0, isApproved: (list) => list.length === 1 }, want: "delete a" },
  {
    name: "lets go of what is gone, whatever else waits",
    of: { leftovers: [leftover("a", { live: { kind: "missing" } }), leftover("b")], before: { kind: "not-applied" } },
    want: "gone a, wait not-applied",
  },
  { name: "lets go of another object of that name", of: { leftovers: [leftover("a", { uid: "u2" })] }, want: "foreign a" },
  {
    name: "lets go of what another owner labelled",
    of: { leftovers: [leftover("a", { live: live({ owner: "other.abcdefgh" }) })] },
    want: "foreign a",
  },
  {
    name: "lets go of what another application wants",
    of: { others: { ...nobody, want: (key) => key === "/ConfigMap/shop/a" } },
    want: "moved a",
  },
  {
    name: "lets go of an object that is applied under another group and kind",
    of: { others: { ...nobody, uids: new Set(["u1"]) } },
    want: "renamed a",
  },
  { name: "keeps everything when prune is off", of: { enabled: false }, want: "protected a" },
  { name: "keeps everything when the application's options say so", of: { syncOptions: ["Prune=false"] }, want: "protected a" },
  { name: "keeps what drover.dev/prune disables", of: { leftovers: annotated({ "drover.dev/prune": "disabled" }) }, want: "protected a" },
  { name: "keeps what Helm keeps", of: { leftovers: annotated({ "helm.sh/resource-policy": "keep" }) }, want: "protected a" },
  {
    name: "keeps what Argo's option keeps",
    of: { leftovers: annotated({ "argocd.argoproj.io/sync-options": "Prune=false" }) },
    want: "protected a",
  },
  { name: "keeps what is suspended", of: { leftovers: [leftover("a", { suspended: true })] }, want: "protected a" },
  { name: "holds what asks for a confirmation", of: { leftovers: annotated({ "drover.dev/prune": "confirm" }) }, want: "held confirm a" },
  {
    name: "deletes what asks for a confirmation once the list is approved",
    of: { leftovers: annotated({ "drover.dev/prune": "confirm" }), isApproved: () => true },
    want: "delete a",
  },
  {
    name: "holds everything together with a namespace",
    of: { leftovers: [leftover("a"), leftover("n", { kind: "Namespace" })] },
    want: "held confirm a n",
  },
  { name: "holds a StatefulSet", of: { leftovers: [leftover("a", { kind: "StatefulSet" })] }, want: "held confirm a" },
  {
    name: "goes on with what was approved before a restart",
    of: { leftovers: [leftover("a", { kind: "StatefulSet", approved: true })] },
    want: "delete a",
  },
  {
    name: "holds what joined a list after it was approved, and the approved with it until it is decided",
    of: { leftovers: [leftover("a", { kind: "StatefulSet", approved: true }), leftover("b", { kind: "StatefulSet" })] },
    want: "held confirm b",
  },
  {
    name: "keeps a namespace in which others have objects",
    of: {
      leftovers: [leftover("n", { kind: "Namespace" })],
      others: { ...nobody, namespaces: new Set(["n"]) },
      isApproved: () => true,
    },
    want: "namespace-in-use n",
  },
  {
    name: "keeps a namespace in which it keeps an object itself",
    of: {
      leftovers: [
        leftover("n", { kind: "Namespace" }),
        leftover("a", { namespace: "n", live: live({ annotations: { "drover.dev/prune": "disabled" } }) }),
      ],
      isApproved: () => true,
    },
    want: "namespace-in-use n, protected a",
  },
  {
    name: "keeps a definition of which others have objects",
    of: {
      leftovers: [leftover("widgets.example.com", { kind: "CustomResourceDefinition", namespace: undefined })],
      others: { ...nobody, use: (definition) => definition === "widgets.example.com" },
      isApproved: () => true,
    },
    want: "definition-in-use widgets.example.com",
  },
  {
    name: "keeps a definition of which it keeps an object itself",
    of: {
      leftovers: [
        leftover("widgets.example.com", { kind: "CustomResourceDefinition", namespace: undefined }),
        leftover("a", { kind: "Widget", live: live({ annotations: { "drover.dev/prune": "disabled" } }) }),
      ],
      isApproved: () => true,
    },
    want: "definition-in-use widgets.example.com, protected a",
  },
  {
    name: "waits for what is being deleted",
    of: { leftovers: [leftover("a", { live: live({ deleting }) })] },
    want: "leaving a",
  },
  { name: "deletes its own unfinished creation", of: { leftovers: [leftover("a", { uid: undefined })] }, want: "delete a" },
  {
    name: "deletes 20 of 30",
    of: { leftovers: many(20), wanted: 10, owned: 30 },
    want: `delete ${many(20)
      .map(({ id }) => id.name)
      .join(" ")}`,
  },
  {
    name: "holds 21 of 30",
    of: { leftovers: many(21), wanted: 9, owned: 30 },
    want: `held mass-prune ${many(21)
      .map(({ id }) => id.name)
      .join(" ")}`,
  },
  {
    name: "deletes 30 of 100",
    of: { leftovers: many(30), wanted: 70, owned: 100 },
    want: `delete ${many(30)
      .map(({ id }) => id.name)
      .join(" ")}`,
  },
  {
    name: "a removal asks nobody for workloads",
    of: { purpose: "removal", wanted: 0, leftovers: [leftover("a", { kind: "StatefulSet" })] },
    want: "delete a",
  },
  {
    name: "a removal asks for a claim",
    of: { purpose: "removal", leftovers: [leftover("a", { kind: "PersistentVolumeClaim" })] },
    want: "held confirm a",
  },
  {
    name: "a removal heeds drover.dev/delete and not drover.dev/prune",
    of: {
      purpose: "removal",
      leftovers: [
        leftover("a", { live: live({ annotations: { "drover.dev/delete": "disabled" } }) }),
        leftover("b", { live: live({ annotations: { "drover.dev/prune": "disabled" } }) }),
        leftover("c", { live: live({ annotations: { "helm.sh/resource-policy": "keep" } }) }),
      ],
    },
    want: "protected a, protected c, delete b",
  },
])("$name", ({ of, want }) => expect(words(planDeletion(input(of)))).toBe(want));

const anyLive: fc.Arbitrary<LeftoverLive> = fc.oneof(
  fc.constantFrom<LeftoverLive>({ kind: "missing" }, { kind: "unseen" }),
  fc.record({
    kind: fc.constant("live" as const),
    uid: fc.constantFrom("u1", "u2"),
    resourceVersion: fc.constant("1"),
    owner: fc.constantFrom(owner, "other.abcdefgh", undefined),
    annotations: fc.constantFrom<Live["annotations"]>(undefined, { "drover.dev/prune": "disabled" }, { "drover.dev/prune": "confirm" }),
    deleting: fc.constantFrom(deleting, undefined),
  }),
);
const anyLeftover = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 3 }),
    kind: fc.constantFrom("ConfigMap", "Namespace", "StatefulSet"),
    uid: fc.constantFrom("u1", "u2", undefined),
    approved: fc.boolean(),
    suspended: fc.boolean(),
    live: anyLive,
  })
  .map(({ name, ...rest }) => leftover(name, rest));

const anyInput = fc.record({
  purpose: fc.constant("prune" as const),
  owner: fc.constant(owner),
  enabled: fc.boolean(),
  syncOptions: fc.constantFrom<readonly string[]>([], ["Prune=false"], ["Prune=confirm"]),
  wanted: fc.nat(100),
  owned: fc.nat(200),
  leftovers: fc.uniqueArray(anyLeftover, { selector: ({ key }) => key, maxLength: 60 }),
  others: fc.record({
    want: fc.constantFrom(
      () => false,
      (key: string) => key.length % 3 === 0,
    ),
    uids: fc.constantFrom(new Set<string>(), new Set(["u2"])),
    use: fc.constant(() => false),
    namespaces: fc.constantFrom(new Set<string>(), new Set(["a", "b"])),
  }),
  defines: fc.constant(() => false),
  isApproved: fc.constantFrom(
    () => false,
    () => true,
  ),
  before: fc.constantFrom(undefined, { kind: "not-applied" as const }, { kind: "not-healthy" as const }),
});

test("only what is ours by uid and label is deleted, approved or under every threshold, and never before the rest is right", () => {
  fc.assert(
    fc.property(anyInput, (given) => {
      const { next } = planDeletion(given);
      if (next.kind !== "delete") return;
      expect(given.before).toBeUndefined();
      const open = next.deletions.filter(({ approved }) => !approved);
      const isSmall = given.wanted > 0 && (open.length <= 20 || open.length <= 0.3 * given.owned);
      const delicate = open.filter(
        ({ id, live: judged }) =>
          id.kind !== "ConfigMap" ||
          (judged.kind === "live" &&
            (judged.annotations?.["drover.dev/prune"] === "confirm" || given.syncOptions.includes("Prune=confirm"))),
      );
      expect(open.length === 0 || given.isApproved() || (isSmall && delicate.length === 0)).toBe(true);
      for (const { key, id, uid, live: judged, suspended } of next.deletions) {
        expect(judged).toMatchObject({ kind: "live", owner, deleting: undefined });
        expect([uid, undefined]).toContain(judged.kind === "live" && uid !== undefined ? judged.uid : undefined);
        expect(suspended || !given.enabled || given.others.want(key)).toBe(false);
        expect(id.kind === "Namespace" && given.others.namespaces.has(id.name)).toBe(false);
      }
    }),
  );
});
