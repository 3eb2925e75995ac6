import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ClusterId, instant } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import { createSigner, openReport, signReport } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { type AcceptedReport, createReportIngest, type ReportStore } from "./ingest-reports.ts";

// A report as agents of version 1 sign it, from the contract's own fixture: the ingest has to go on taking it in.

const { report } = JSON.parse(readFileSync(new URL("../../../../proto/src/wire/version-1.fixture.json", import.meta.url), "utf8")) as {
  readonly report: Parameters<typeof openReport>[0];
};
const agent = createSigner("agent-1", createHash("sha256").update("test key agent-1").digest());
const keys = new Map([[agent.keyId, agent.publicKey]]);
const cluster = "a".repeat(26) as ClusterId;

const stored: AcceptedReport[] = [];
const store: ReportStore = {
  reporters: async () => new Map([[cluster, { state: "Enrolled", enrolment: 1, last: undefined, keys }]]),
  commit: async (reports) => {
    stored.push(...reports);
    return { eventSeqs: new Map([[cluster, 0]]), serverTime: instant(0), unknownGenerations: 0, answered: [] };
  },
};
const ingest = createReportIngest({ store, clock: systemClock, count: () => {} });

test("a report of version 1 is taken in", async () => {
  expect(await ingest(cluster, Buffer.from(JSON.stringify(report)))).toMatchObject({ kind: "accepted", boot: 2, seq: 5 });
  expect(stored[0]?.report.applications).toMatchObject([{ health: "Degraded", failing: [{ container: "web" }] }]);
});

test("members that nobody knows yet are passed over", async () => {
  const newer = { ...openReport(report, keys), seq: 6, mood: "calm" };
  expect(await ingest(cluster, Buffer.from(JSON.stringify(signReport(newer, agent))))).toMatchObject({ kind: "accepted", seq: 6 });
});
