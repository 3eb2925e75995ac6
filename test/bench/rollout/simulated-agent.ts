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
import { connectRawNats, type RawNats } from "./raw-nats.ts";

/** How one agent enters the fleet. Its cluster is in the fleet repository already. */
export interface Entry {
  readonly cluster: string;
  readonly apiUrl: string;
  readonly ca: string;
  readonly token: string;
}

/**
 * An agent without a cluster: it takes every envelope that it can verify for applied, healthy and in sync, and says so at once. Enrolled by
 * the API like any other; envelopes, reports and signatures are those of the real agent. It fetches no bundles.
 */
export interface SimulatedAgent {
  ping(): Promise<void>;
  close(): void;
}

export interface Ears {
  /** A report of these revisions was answered, hence is committed. `at` is by the wall clock, to compare with what other processes say. */
  acknowledged(cluster: string, at: number, revisions: readonly string[]): void;
  /** Anything that a real agent would not do or hear. It makes the run void. */
  failed(error: Error): void;
}

/** Resolves when the agent has synced and its first report is committed. */
export async function enrolSimulatedAgent({ cluster, apiUrl, ca, token }: Entry, ears: Ears): Promise<SimulatedAgent> {
  const signal = AbortSignal.timeout(60_000);
  const enrolment = createEnrolmentApi(new URL(apiUrl), { kind: "ca", pem: ca });
  const key = createNkey("user");
  const clusterUid = `uid-of-${cluster}`;
  const { nonce } = await enrolment.challenge(signal);
  const signature = Buffer.from(key.sign(enrolmentProof(nonce, token, key.publicText, clusterUid))).toString("base64");
  const versions = { kubernetesVersion: "v1.36.3", agentVersion: "0.1.0" };
  const identity = await enrolment.enrol({ token, nonce, publicKey: key.publicText, clusterUid, ...versions, signature }, signal);
  const nats = await connectRawNats({
    url: identity.natsUrls[0] as string,
    ca: identity.ca,
    jwt: identity.jwt,
    sign: (text) => ({ key: key.publicText, signature: Buffer.from(key.sign(Buffer.from(text))).toString("base64url") }),
    failed: ears.failed,
  });
  await live({ cluster, clusterUid, key, identity, nats, ears });
  return { ping: nats.ping, close: nats.close };
}

interface Life {
  readonly cluster: string;
  readonly clusterUid: string;
  readonly key: Nkey;
  readonly identity: Identity;
  readonly nats: RawNats;
  readonly ears: Ears;
}

async function live({ cluster, clusterUid, key, identity, nats, ears }: Life): Promise<void> {
  const id = identity.cluster as ClusterId;
  const trusted: TrustedKeys = new Map(identity.keyset.keys.map(({ keyId, publicKey }) => [keyId, Buffer.from(publicKey, "base64")]));
  const ask = { sync: createAsking(nats, `${inboxPrefix(id)}.sync`), report: createAsking(nats, `${inboxPrefix(id)}.report`) };
  let held: EnvelopePosition | undefined;
  let assignments: readonly Assignment[] = [];
  let seq = 0;
  let wanted = 0;
  let reporting: Promise<void> | undefined;

  /** One report is unanswered at a time, as the protocol wants it; what changes meanwhile goes with the next. */
  const report = (): Promise<void> => {
    wanted += 1;
    reporting ??= sendReports().finally(() => (reporting = undefined));
    return reporting;
  };
  const sendReports = async (): Promise<void> => {
    for (let sent = 0; sent < wanted;) {
      sent = wanted;
      const spoken = assignments;
      seq += 1;
      const signed = signReport(reportOf(identity, seq, held, spoken), key);
      const answer = readReportAnswer(JSON.parse(await ask.report(subject("report", id), JSON.stringify(signed))));
      const at = Date.now();
      if (answer.kind === "refused") throw new Error(`${cluster}: report refused, ${answer.code}: ${answer.message}`);
      ears.acknowledged(
        cluster,
        at,
        spoken.map(({ revision }) => revision),
      );
    }
    wanted = 0;
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

  let syncing: Promise<void> | undefined;
  let poked = 0;
  /** One at a time: the envelope is too large to be pushed, and what changes meanwhile comes with the next. */
  const sync = (): Promise<void> => {
    poked += 1;
    syncing ??= askUntilCurrent().finally(() => (syncing = undefined));
    return syncing;
  };
  const askUntilCurrent = async (): Promise<void> => {
    for (let seen = 0; seen < poked;) {
      seen = poked;
      const answer = readSyncAnswer(JSON.parse(await ask.sync(subject("sync", id), "{}")));
      if (answer.kind === "envelope") await take(answer.envelope);
      else if (answer.kind !== "busy") throw new Error(`${cluster}: sync answered ${answer.kind}`);
      else {
        await sleep(answer.retryAfterMs);
        poked += 1;
      }
    }
  };

  nats.subscribe(subject("assign", id), (payload) => {
    const message = readAssignMessage(JSON.parse(payload.toString("utf8")));
    (message.kind === "envelope" ? take(message.envelope) : sync()).catch(ears.failed);
  });
  await sync();
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
  objects: 10,
  drifted: 0,
  observedAt: new Date().toISOString(),
});
