import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ClusterId, DroverError } from "@drover/kit";
import { expect, test } from "vitest";
import type { Dsse } from "./dsse.ts";
import { acceptEnvelope, envelopeType, openEnvelope, signEnvelope } from "./envelope.ts";
import { createSigner, type Signer } from "./keys.ts";
import { openReport, signReport } from "./report.ts";

/** What servers and agents of version 1 wrote. Never changed: agents in the field still send it, and keep it in their Secrets. */
interface Recorded {
  readonly envelope: Dsse;
  readonly report: Dsse;
  /** As a newer version may write it: with members that nobody knows yet. */
  readonly newerEnvelope: Dsse;
}
const recorded = JSON.parse(readFileSync(new URL("version-1.fixture.json", import.meta.url), "utf8")) as Recorded;

const testSigner = (keyId: string): Signer => createSigner(keyId, createHash("sha256").update(`test key ${keyId}`).digest());
const [server, agent] = [testSigner("envelope-1"), testSigner("agent-1")];
const byServer = new Map([[server.keyId, server.publicKey]]);
const byAgent = new Map([[agent.keyId, agent.publicKey]]);

test("an envelope of version 1 is read, and written, byte for byte", () => {
  const { envelope } = openEnvelope(recorded.envelope, byServer);
  expect(envelope).toMatchObject({ cluster: "a".repeat(26), epoch: 1, sequence: 7, assignments: [{ application: "web", generation: 3 }] });
  expect(signEnvelope(envelope, server)).toEqual(recorded.envelope);
});

test("a report of version 1 is read, and written, byte for byte", () => {
  const report = openReport(recorded.report, byAgent);
  expect(report).toMatchObject({ enrolment: 1, boot: 2, seq: 5, applications: [{ health: "Degraded", failing: [{ container: "web" }] }] });
  expect(signReport(report, agent)).toEqual(recorded.report);
});

test("members of a newer version are passed over", () => {
  expect(openEnvelope(recorded.newerEnvelope, byServer).envelope).toMatchObject({ assignments: [{ application: "web" }] });
});

const self = { cluster: "a".repeat(26) as ClusterId, clusterUid: "uid-1", held: { epoch: 1, sequence: 6 } };
const altered: Dsse = { ...recorded.envelope, payload: Buffer.from('{"altered":true}').toString("base64") };

test.each([
  {
    name: "another cluster's",
    dsse: recorded.envelope,
    by: { ...self, cluster: "b".repeat(26) as ClusterId },
    says: "ENVELOPE_FOREIGN: enrol it anew",
  },
  {
    name: "that of a cluster with another uid",
    dsse: recorded.envelope,
    by: { ...self, clusterUid: "uid-2" },
    says: "ENVELOPE_FOREIGN: enrol it anew",
  },
  {
    name: "replayed",
    dsse: recorded.envelope,
    by: { ...self, held: { epoch: 1, sequence: 7 } },
    says: "ENVELOPE_REPLAYED: nothing need be done",
  },
  {
    name: "of an older epoch",
    dsse: recorded.envelope,
    by: { ...self, held: { epoch: 2, sequence: 1 } },
    says: "ENVELOPE_REPLAYED: nothing need be done",
  },
  { name: "altered", dsse: altered, by: self, says: "SIGNATURE_INVALID: enrol anew" },
  { name: "not signed", dsse: { ...recorded.envelope, signatures: [] }, by: self, says: "SIGNATURE_INVALID: enrol anew" },
  {
    name: "signed by the agent's own key",
    dsse: signEnvelope(openEnvelope(recorded.envelope, byServer).envelope, agent),
    by: self,
    says: "SIGNATURE_INVALID: enrol anew",
  },
  { name: "a report", dsse: { ...recorded.report, payloadType: envelopeType }, by: self, says: "SIGNATURE_INVALID: enrol anew" },
])("an envelope that is $name is refused, and says what to do", ({ dsse, by, says }) => {
  const refused = (): unknown => acceptEnvelope(dsse, byServer, by);
  expect(refused).toThrow(DroverError);
  const [code, action] = says.split(": ");
  expect(refused).toThrow(expect.objectContaining({ code, message: expect.stringContaining(action ?? "") }));
});
