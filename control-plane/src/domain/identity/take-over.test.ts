import { type Instant, instant, rfc3339 } from "@drover/kit";
import { type Assignment, type Digest, digestOf, type Envelope } from "@drover/proto/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type OwnAssignment, planTakeOver } from "./take-over.ts";

const issuedAt = instant(1_800_000_000_000);
const syncPolicy: Assignment["syncPolicy"] = {
  prune: true,
  selfHeal: true,
  whenToTakeOver: "IfNoDiff",
  drift: { mode: "correct", people: "evict" },
  syncOptions: [],
};
const common = { environment: "production", project: "shop", namespace: "default" };

const theirs = (application: string, generation: number, content: string): Assignment => ({
  ...common,
  syncPolicy,
  application,
  generation,
  revision: content,
  state: "active",
  bundle: { sha256: digestOf(content), size: 1, chunks: 1 },
});
const ours = (application: string, generation: number, content: string, assignedAt: Instant): OwnAssignment => ({
  ...common,
  syncPolicy,
  deletionPolicy: undefined,
  application,
  generation,
  state: "active",
  bundle: digestOf(content),
  assignedAt,
});
const envelope = (assignments: Assignment[]): Envelope => ({
  cluster: "a".repeat(26),
  clusterUid: "uid",
  epoch: 3,
  sequence: 9,
  issuedAt: rfc3339(issuedAt),
  keysetVersion: 1,
  assignments,
});
const before = instant(issuedAt - 1_000);
const after = instant(issuedAt + 1_000);

interface Row {
  readonly generation: number;
  readonly bundle: Digest;
}

/** What a cluster would be told after the plan is carried out. */
function told(own: readonly OwnAssignment[], held: Envelope, known: (assignment: Assignment) => boolean): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>(own.map(({ application, generation, bundle }) => [application, { generation, bundle }]));
  for (const step of planTakeOver(own, held, known)) {
    if (step.kind === "withhold") rows.delete(step.application);
    else if (step.kind === "recollect") continue;
    else if (step.kind === "adopt")
      rows.set(step.held.application, { generation: step.held.generation, bundle: step.held.bundle.sha256 as Digest });
    else rows.set(step.application, { generation: step.generation, bundle: rows.get(step.application)!.bundle });
  }
  return rows;
}

const content = fc.constantFrom("v1", "v2", "v3");
const generation = fc.integer({ min: 1, max: 6 });
const application = fc.constantFrom("web", "api", "jobs");
const world = fc.record({
  own: fc.uniqueArray(
    fc.tuple(application, generation, content, fc.constantFrom(before, after)).map((of) => ours(...of)),
    { selector: (row) => row.application },
  ),
  held: fc.uniqueArray(
    fc.tuple(application, generation, content).map((of) => theirs(...of)),
    { selector: (row) => row.application },
  ),
  known: fc.boolean(),
});

test("no generation that the cluster has seen ever stands for other content", () => {
  fc.assert(
    fc.property(world, ({ own, held, known }) => {
      const rows = told(own, envelope(held), () => known);
      const confused = held.filter((each) => {
        const row = rows.get(each.application);
        return (
          row !== undefined && (row.bundle === each.bundle.sha256 ? row.generation < each.generation : row.generation <= each.generation)
        );
      });
      expect(confused).toEqual([]);
    }),
  );
});

test("nothing that was decided before the envelope replaces what it names", () => {
  fc.assert(
    fc.property(world, ({ own, held, known }) => {
      const rows = told(own, envelope(held), () => known);
      const reverted = held.filter((each) => {
        const row = rows.get(each.application);
        const decidedSince = own.some((mine) => mine.application === each.application && mine.assignedAt === after);
        return !decidedSince && row !== undefined && row.bundle !== each.bundle.sha256;
      });
      expect(reverted).toEqual([]);
    }),
  );
});

test("what was decided since stays as it was decided", () => {
  fc.assert(
    fc.property(world, ({ own, held, known }) => {
      const rows = told(own, envelope(held), () => known);
      const decided = own.filter(({ assignedAt }) => assignedAt === after);
      expect(decided.map((mine) => rows.get(mine.application)?.bundle)).toEqual(decided.map((mine) => mine.bundle));
    }),
  );
});

test("doing it again changes nothing", () => {
  const own = [ours("web", 1, "v1", before), ours("api", 2, "v2", after)];
  const held = envelope([theirs("web", 3, "v1"), theirs("api", 4, "v1")]);
  expect(planTakeOver(own, held, () => true)).toEqual([
    { kind: "renumber", application: "web", generation: 3 },
    { kind: "renumber", application: "api", generation: 5 },
  ]);
  expect(planTakeOver([ours("web", 3, "v1", before), ours("api", 5, "v2", after)], held, () => true)).toEqual([]);
});

test("what the database has no row of, and no content, is remembered with its number and not named", () => {
  const held = theirs("web", 3, "v1");
  expect(planTakeOver([], envelope([held]), () => false)).toEqual([{ kind: "recollect", held }]);
  expect(told([], envelope([held]), () => false)).toEqual(new Map());
});
