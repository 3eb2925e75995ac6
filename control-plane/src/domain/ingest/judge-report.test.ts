import { type Digest, digestOf } from "@drover/proto/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareOrder, judgeReport, type LastReport, type ReportedCluster } from "./judge-report.ts";

const digest = digestOf("this report");
const last = (enrolment: number, boot: number, seq: number, of: Digest = digestOf("the last report")): LastReport => ({
  enrolment,
  boot,
  seq,
  digest: of,
  eventSeq: 40,
  isSilent: false,
});
const enrolled = (before?: LastReport): ReportedCluster => ({ state: "Enrolled", enrolment: 2, last: before });
const report = (enrolment: number, boot: number, seq: number, cluster = "c1"): Parameters<typeof judgeReport>[2] => ({
  cluster: cluster as never,
  enrolment,
  boot,
  seq,
});

test.each([
  { name: "the first one is accepted", cluster: enrolled(), given: report(2, 1, 1), want: "accept" },
  { name: "a newer one is accepted", cluster: enrolled(last(2, 1, 1)), given: report(2, 1, 2), want: "accept" },
  { name: "a restarted agent counts from one again", cluster: enrolled(last(2, 1, 900)), given: report(2, 2, 1), want: "accept" },
  { name: "the last one again is a repeat", cluster: enrolled(last(2, 1, 1, digest)), given: report(2, 1, 1), want: "repeat" },
  { name: "other content under the last number is not", cluster: enrolled(last(2, 1, 1)), given: report(2, 1, 1), want: "REPORT_REPLAYED" },
  { name: "an older one is refused", cluster: enrolled(last(2, 1, 2)), given: report(2, 1, 1), want: "REPORT_REPLAYED" },
  { name: "one of an earlier boot is refused", cluster: enrolled(last(2, 3, 1)), given: report(2, 2, 900), want: "REPORT_REPLAYED" },
  {
    name: "who held the Lease later is believed, also with a lower boot",
    cluster: enrolled({ ...last(2, 9, 9), leaseTransitions: 4 }),
    given: { ...report(2, 1, 1), leaseTransitions: 5 },
    want: "accept",
  },
  {
    name: "who lost the Lease is not, also with a higher boot",
    cluster: enrolled({ ...last(2, 1, 1), leaseTransitions: 5 }),
    given: { ...report(2, 9, 9), leaseTransitions: 4 },
    want: "REPORT_LEASE_LOST",
  },
  {
    name: "after a Lease was deleted, who started later is believed once the other is silent",
    cluster: enrolled({ ...last(2, 1, 1), leaseTransitions: 5, isSilent: true }),
    given: { ...report(2, 2, 1), leaseTransitions: 1 },
    want: "accept",
  },
  {
    name: "a paused agent that lost the Lease does not win by the other's silence",
    cluster: enrolled({ ...last(2, 3, 1), leaseTransitions: 5, isSilent: true }),
    given: { ...report(2, 2, 9), leaseTransitions: 4 },
    want: "REPORT_LEASE_LOST",
  },
  {
    name: "an agent that says nothing of a Lease goes by its boot",
    cluster: enrolled({ ...last(2, 1, 1), leaseTransitions: 5 }),
    given: report(2, 2, 1),
    want: "accept",
  },
  { name: "one of an earlier enrolment is refused", cluster: enrolled(), given: report(1, 9, 9), want: "REPORT_ENROLMENT" },
  { name: "one of an enrolment to come is refused", cluster: enrolled(), given: report(3, 1, 1), want: "REPORT_ENROLMENT" },
  { name: "one about another cluster is refused", cluster: enrolled(), given: report(2, 1, 1, "c2"), want: "REPORT_FOREIGN" },
  {
    name: "a revoked cluster is not heard",
    cluster: { ...enrolled(), state: "Revoked" as const },
    given: report(2, 1, 1),
    want: "CLUSTER_NOT_ENROLLED",
  },
])("$name", ({ cluster, given, want }) => {
  const verdict = judgeReport(cluster, "c1", given, digest);
  expect(verdict.kind === "refused" ? verdict.code : verdict.kind).toBe(want);
});

test.each([
  { cluster: enrolled(), given: report(2, 1, 1, "c2"), says: "REPORT_FOREIGN: an agent reports on its own subject only" },
  { cluster: enrolled(last(2, 3, 1)), given: report(2, 2, 9), says: "REPORT_REPLAYED: the boot counter must rise" },
  { cluster: enrolled(), given: report(1, 9, 9), says: "REPORT_ENROLMENT: stop the agent with the older identity" },
  {
    cluster: { ...enrolled(), state: "Revoked" as const },
    given: report(2, 1, 1),
    says: "CLUSTER_NOT_ENROLLED: enrol it with a new token",
  },
])("a refusal says what to do: $says", ({ cluster, given, says }) => {
  const [code, action] = says.split(": ");
  expect(judgeReport(cluster, "c1", given, digest)).toMatchObject({
    kind: "refused",
    code,
    message: expect.stringContaining(action ?? ""),
  });
});

test("events are numbered anew at each boot", () => {
  expect(judgeReport(enrolled(last(2, 1, 1)), "c1", report(2, 1, 2), digest)).toMatchObject({ eventSeq: 40 });
  expect(judgeReport(enrolled(last(2, 1, 1)), "c1", report(2, 2, 1), digest)).toMatchObject({ eventSeq: 0 });
});

const sent = fc.record({ boot: fc.integer({ min: 1, max: 4 }), seq: fc.integer({ min: 1, max: 6 }), content: fc.nat(2) });

test("no interleaving, repetition or reordering of reports lowers (enrolment, boot, seq)", () => {
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 60 }), (arrivals) => {
      const accepted: LastReport[] = [];
      for (const { boot, seq, content } of arrivals) {
        const of = digestOf(`${boot} ${seq} ${content}`);
        const verdict = judgeReport(enrolled(accepted.at(-1)), "c1", report(2, boot, seq), of);
        if (verdict.kind === "accept") accepted.push(last(2, boot, seq, of));
      }
      expect(accepted.slice(1).every((next, n) => compareOrder(next, accepted[n]!) > 0)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
