import type { ClusterId } from "@drover/kit";
import { describe, expect, test } from "vitest";
import { type Content } from "../../control-plane/src/domain/placement/content.ts";
import type { Target } from "../../control-plane/src/domain/rollout/target.ts";
import { begin, commitPlan, releaseOf, reportOf, statusOf } from "./rollout-ports.ts";
import { type Bench, strategy } from "./bench.ts";

export function reportContract({ ports, clusters }: Bench): void {
  const first = (): ClusterId => clusters()[0] as ClusterId;
  /** Everybody has the content already; a rollout shows what is known of them. */
  const assigned = async (): Promise<Content> => {
    const content = await releaseOf(ports(), "v1");
    const desired = clusters().map((clusterId) => ({ clusterId, scope: "Environment" as const, content }));
    await commitPlan(ports(), { directs: desired }, [], strategy);
    await begin(ports(), { id: "r1", content, clusters: clusters(), strategy });
    return content;
  };
  const seen = async (): Promise<Target | undefined> =>
    (await ports().rollouts.load("r1"))?.targets.find(({ clusterId }) => clusterId === first());
  const commit = (...reports: Parameters<ReturnType<typeof ports>["reports"]["commit"]>[0]) => ports().reports.commit(reports);

  describe("the report store", () => {
    test("knows who may report, and what was heard last", async () => {
      expect((await ports().reports.reporters(clusters())).get(first())).toMatchObject({
        state: "Enrolled",
        enrolment: 1,
        last: undefined,
      });
      await commit(reportOf(first(), 7));
      const last = { enrolment: 1, boot: 1, seq: 7, eventSeq: 0, isSilent: false };
      expect((await ports().reports.reporters(clusters())).get(first())).toMatchObject({ last });
    });

    test("keeps the newest report, whatever comes after it", async () => {
      const content = await assigned();
      await commit(reportOf(first(), 2, [statusOf(content, 1)]));
      const { eventSeqs } = await commit(reportOf(first(), 1, [statusOf(content, 1, { health: "Degraded" })]));
      expect(eventSeqs.has(first())).toBe(false);
      expect((await seen())?.status).toMatchObject({ health: "Healthy" });
      await commit(reportOf(first(), 1, [statusOf(content, 1, { health: "Degraded" })], { boot: 2 }));
      expect((await seen())?.status).toMatchObject({ health: "Degraded" });
    });

    test("takes a status for an answer only to its own generation", async () => {
      const content = await assigned();
      await commit(reportOf(first(), 1, [statusOf(content, 1, { sync: "OutOfSync", health: "Progressing" })]));
      expect((await seen())?.assignment).toMatchObject({ acknowledgedAt: expect.any(Number) as number, provenAt: undefined });
      await commit(reportOf(first(), 2, [statusOf(content, 1)]));
      expect((await seen())?.assignment).toMatchObject({ provenAt: expect.any(Number) as number });
    });

    test("leaves out what speaks of generations that were never given", async () => {
      const content = await assigned();
      expect(await commit(reportOf(first(), 1, [statusOf(content, 9)]))).toMatchObject({ unknownGenerations: 1 });
      expect((await seen())?.status).toBeUndefined();
    });

    test("remembers since when something is Degraded, and that it was", async () => {
      const content = await assigned();
      await commit(reportOf(first(), 1, [statusOf(content, 1, { health: "Degraded" })]));
      const since = (await seen())?.status?.degradedSince;
      expect(since).toEqual(expect.any(Number));
      await commit(reportOf(first(), 2, [statusOf(content, 1, { health: "Degraded", message: "still" })]));
      expect((await seen())?.status?.degradedSince).toBe(since);
      await commit(reportOf(first(), 3, [statusOf(content, 1)]));
      expect((await seen())?.status).toMatchObject({ degradedSince: undefined, lastDegradedAt: expect.any(Number) as number });
    });

    test("remembers since when an object of the very content is refused, without a break", async () => {
      const content = await assigned();
      const failing = [{ group: "apps", kind: "Deployment", namespace: "shop", name: "web", reason: "Forbidden", message: "no quota" }];
      const waiting = { sync: "OutOfSync", reason: "WaitingForWave" } as const;
      await commit(reportOf(first(), 1, [statusOf(content, 1, waiting)]));
      expect((await seen())?.status?.refusal).toBeUndefined();
      await commit(reportOf(first(), 2, [statusOf(content, 1, { ...waiting, failing })]));
      const refusal = (await seen())?.status?.refusal;
      expect(refusal).toMatchObject({ object: "Deployment shop/web", reason: "Forbidden", message: "no quota" });
      await commit(reportOf(first(), 3, [statusOf(content, 1, { ...waiting, failing, message: "still" })]));
      expect((await seen())?.status?.refusal).toEqual(refusal);
      await commit(reportOf(first(), 4, [statusOf(content, 1, waiting)]));
      expect((await seen())?.status?.refusal).toBeUndefined();
    });

    test("forgets what a report no longer names, and notes maintenance", async () => {
      const content = await assigned();
      await commit(reportOf(first(), 1, [statusOf(content, 1)]));
      await commit(reportOf(first(), 2, [], { maintenance: true }));
      expect(await seen()).toMatchObject({ status: undefined, inMaintenance: true });
    });
  });
}
