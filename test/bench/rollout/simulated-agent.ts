import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createEnrolmentApi } from "@drover/agent";
import { type ClusterId, DroverError } from "@drover/kit";
import {
  acceptEnvelope,
  type ApplicationStatus,
  type Assignment,
  createNkey,
  type Dsse,
  enrolmentProof,
  type EnvelopePosition,
  type Identity,
  inboxPrefix,
  type Nkey,
  readAssignMessage,
  readReportAnswer,
  readSyncAnswer,
  type Report,
  signReport,
  subject,
  type TrustedKeys,
} from "@drover/proto/wire";
import type { Installation } from "../installation/start-installation.ts";
import { connectRawNats, type RawNats } from "./raw-nats.ts";

/** A report that the control plane has answered, hence committed. */
export interface Acknowledgement {
  readonly cluster: string;
  /** By the wall clock, to compare with what other processes say. */
  readonly at: number;
  readonly assignments: readonly Assignment[];
}

/**
 * An agent without a cluster: it takes every envelope that it can verify for applied, healthy and in sync, and says so at once. Enrolled by
 * the API like any other; envelopes, reports and signatures are those of the real agent. It fetches no bundles.
 */
export interface SimulatedAgent {
  readonly cluster: string;
  ping(): Promise<void>;
  close(): void;
}

interface Ears {
  acknowledged(acknowledgement: Acknowledgement): void;
  /** Anything that a real agent would not do or hear. It makes the run void. */
  failed(error: Error): void;
}

/** Registers nothing: the cluster is in the fleet repository already. */
export async function enrolSimulatedAgent({ api, controlPlane }: Installation, cluster: string, ears: Ears): Promise<SimulatedAgent> {
  const signal = AbortSignal.timeout(60_000);
  const { token } = await api("createEnrolmentToken", { params: { cluster }, body: { ttl: "10m" } });
  const enrolment = createEnrolmentApi(new URL(controlPlane.apiUrl), { kind: "ca", pem: await readFile(controlPlane.caFile, "utf8") });
  const key = createNkey("user");
  const clusterUid = `uid-of-${cluster}`;
  const { nonce } = await enrolment.challenge(signal);
  const signature = Buffer.from(key.sign(enrolmentProof(nonce, token, key.publicText, clusterUid))).toString("base64");
  const versions = { kubernetesVersion: "v1.36.3", agentVersion: "0.1.0" };
  const identity = await enrolment.enroll({ token, nonce, publicKey: key.publicText, clusterUid, ...versions, signature }, signal);
  const nats = await connectRawNats({
    url: identity.natsUrls[0] as string,
    ca: identity.ca,
    jwt: identity.jwt,
    sign: (text) => ({ key: key.publicText, signature: Buffer.from(key.sign(Buffer.from(text))).toString("base64url") }),
    failed: ears.failed,
  });
  await live({ cluster, clusterUid, key, identity, nats, ears });
  return { cluster, ping: nats.ping, close: nats.close };
}

interface Life {
  readonly cluster: string;
  readonly clusterUid: string;
  readonly key: Nkey;
  readonly identity: Identity;
  readonly nats: RawNats;
  readonly ears: Ears;
}

/** Resolves when the agent has synced and its first report is committed. */
async function live({ cluster, clusterUid, key, identity, nats, ears }: Life): Promise<void> {
  const id = identity.cluster as ClusterId;
  const trusted: TrustedKeys = new Map(identity.keyset.keys.map(({ keyId, publicKey }) => [keyId, Buffer.from(publicKey, "base64")]));
  let held: EnvelopePosition | undefined;
  let assignments: readonly Assignment[] = [];
  let seq = 0;
  const ask = { sync: createAsking(nats, `${inboxPrefix(id)}.sync`), report: createAsking(nats, `${inboxPrefix(id)}.report`) };

  /** One report is unanswered at a time, as the protocol wants it; what changes meanwhile goes with the next. */
  let reporting: Promise<void> | undefined;
  let reportedSeq = 0;
  let wantedSeq = 0;
  const report = (): Promise<void> => {
    wantedSeq += 1;
    reporting ??= sendReports().finally(() => (reporting = undefined));
    return reporting;
  };
  const sendReports = async (): Promise<void> => {
    while (reportedSeq < wantedSeq) {
      reportedSeq = wantedSeq;
      const spoken = assignments;
      seq += 1;
      const signed = signReport(reportOf(identity, seq, held, spoken), key);
      const answer = readReportAnswer(JSON.parse(await ask.report(subject("report", id), JSON.stringify(signed))));
      const at = Date.now();
      if (answer.kind === "refused") throw new Error(`${cluster}: report refused, ${answer.code}: ${answer.message}`);
      ears.acknowledged({ cluster, at, assignments: spoken });
    }
  };
  const take = async (envelope: Dsse): Promise<void> => {
    try {
      const opened = acceptEnvelope(envelope, trusted, { cluster: id, clusterUid, held });
      held = opened.envelope;
      assignments = opened.envelope.assignments;
    } catch (error) {
      // What sync answered is also pushed once.
      if (error instanceof DroverError && error.code === "ENVELOPE_REPLAYED") return;
      throw error;
    }
    await report();
  };

  nats.subscribe(subject("assign", id), (payload) => {
    const message = readAssignMessage(JSON.parse(payload.toString("utf8")));
    if (message.kind === "envelope") take(message.envelope).catch(ears.failed);
    else ears.failed(new Error(`${cluster}: was poked although its envelope is small`));
  });
  for (;;) {
    const answer = readSyncAnswer(JSON.parse(await ask.sync(subject("sync", id), "{}")));
    if (answer.kind === "envelope") return take(answer.envelope);
    if (answer.kind !== "busy") throw new Error(`${cluster}: sync answered ${answer.kind}`);
    await sleep(answer.retryAfterMs);
  }
}

/** Requests over one inbox, one after the other. The control plane answers all of them or the run is void, so there is no time-out here. */
function createAsking(nats: RawNats, inbox: string): (to: string, payload: string) => Promise<string> {
  let asked = 0;
  let answered: ((payload: string) => void) | undefined;
  nats.subscribe(`${inbox}.>`, (payload) => answered?.(payload.toString("utf8")));
  return (to, payload) =>
    new Promise((resolve) => {
      answered = resolve;
      nats.publish(to, payload, `${inbox}.${(asked += 1)}`);
    });
}

const reportOf = (
  { cluster, enrolment }: Identity,
  seq: number,
  held: EnvelopePosition | undefined,
  assignments: readonly Assignment[],
): Report => ({
  cluster,
  enrolment,
  boot: 1,
  seq,
  agentVersion: "0.1.0",
  kubernetesVersion: "v1.36.3",
  epoch: held?.epoch ?? 0,
  sequence: held?.sequence ?? 0,
  applications: assignments.map(statusOf),
  events: [],
});

const statusOf = ({ application, generation, bundle }: Assignment): ApplicationStatus => ({
  application,
  generation,
  bundle: bundle.sha256 as ApplicationStatus["bundle"],
  sync: "Synced",
  health: "Healthy",
  failing: [],
  objects: 1,
  drifted: 0,
  observedAt: new Date().toISOString(),
});
