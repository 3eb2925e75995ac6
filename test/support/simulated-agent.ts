import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { createEnrolmentApi } from "@drover/agent";
import { type ClusterId, DroverError } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import type { Client } from "@drover/proto/rest";
import {
  acceptEnvelope,
  type ApplicationStatus,
  type AnswerReceipt,
  type Assignment,
  createNkey,
  type Dsse,
  enrolmentProof,
  inboxPrefix,
  type JobStatus,
  type OpenedEnvelope,
  openQuery,
  type Query,
  type QueryKind,
  readAnswerReceipt,
  readDsse,
  readAssignMessage,
  readReportAnswer,
  readSyncAnswer,
  signAnswerChunk,
  signReport,
  type SyncAnswer,
  subject,
  type SyncRequest,
} from "@drover/proto/wire";
import type { Replica, TestControlPlane } from "./control-plane.ts";

/**
 * An agent without a cluster: it takes every envelope that it can verify for applied and healthy, and says so until it is heard. Jobs of gates
 * succeed at once, but for those whose command is `false`.
 */
export interface SimulatedAgent {
  readonly name: string;
  readonly cluster: ClusterId;
  /** Everything it was ever given to run, in its order; an envelope that changes nothing for an application adds nothing. */
  readonly assigned: readonly Assignment[];
  /** What the control plane said to each chunk of its answers, by the query's kind. */
  readonly receipts: readonly (readonly [QueryKind, AnswerReceipt["kind"]])[];
  /** Trace headers of the messages that brought its envelopes. */
  readonly headers: readonly string[];
  /** What it has of each application now; what is no longer assigned is kept. */
  readonly runs: ReadonlyMap<string, Assignment>;
  /** The envelope in its Secret. */
  held(): HeldEnvelope | undefined;
  /** Position of the envelope whose state it has been heard with. */
  readonly heardAt: number | undefined;
  /** Says once more how it is. */
  tell(): void;
  /** Without a link it neither hears nor is heard. */
  setLinked(linked: boolean): void;
  /** In maintenance it takes envelopes and changes nothing. */
  setMaintenance(isOn: boolean): void;
  stop(): Promise<void>;
}

/** How an application is that was applied. */
export type Condition = Pick<ApplicationStatus, "sync" | "health" | "failing"> &
  Partial<Pick<ApplicationStatus, "reason" | "message" | "held" | "drifted">>;

export interface SimulatedAgentOptions {
  /** Queries are answered only by one that is given answers. */
  readonly answer?: SimulatedAnswer;
  /** Well at once when absent. */
  readonly condition?: (assignment: Assignment) => Condition;
  /** What one that enrols anew finds in its cluster. */
  readonly before?: HeldEnvelope | undefined;
  readonly versions?: { readonly kubernetesVersion: string; readonly agentVersion: string };
  /** How often it asks for its envelope, besides being sent it. */
  readonly syncMs?: number;
}

/** An envelope as an agent keeps it: as it was signed. */
export interface HeldEnvelope extends OpenedEnvelope {
  readonly dsse: Dsse;
}

const well: Condition = { sync: "Synced", health: "Healthy", failing: [] };

const answerMs = 1_000;
const usualSyncMs = 500;
const retryMs = 20;
const newest = { kubernetesVersion: "v1.36.3", agentVersion: "0.1.0" };

/** Answers a query piece by piece. */
export type SimulatedAnswer = (query: Query) => AsyncIterable<string>;

/** The cluster must be in the fleet repository, or be added by the API before. */
export async function startSimulatedAgent(
  { caFile }: Pick<TestControlPlane, "caFile">,
  { apiUrl }: Pick<Replica, "apiUrl">,
  api: Client,
  name: string,
  { answer, condition = () => well, before, versions = newest, syncMs = usualSyncMs }: SimulatedAgentOptions = {},
): Promise<SimulatedAgent> {
  const { token } = await api("createEnrolmentToken", { params: { cluster: name }, body: { ttl: "10m" } });
  const enrolment = createEnrolmentApi(new URL(apiUrl), { kind: "ca", pem: await readFile(caFile, "utf8") });
  const signal = AbortSignal.timeout(30_000);
  const key = createNkey("user");
  const clusterUid = `uid-of-${name}`;
  const { nonce } = await enrolment.challenge(signal);
  const signature = Buffer.from(key.sign(enrolmentProof(nonce, token, key.publicText, clusterUid))).toString("base64");
  const identity = await enrolment.enrol({ token, nonce, publicKey: key.publicText, clusterUid, ...versions, signature }, signal);
  const cluster = identity.cluster as ClusterId;
  const trusted = new Map(identity.keyset.keys.map(({ keyId, publicKey }) => [keyId, Buffer.from(publicKey, "base64")]));
  const connection = await connect({
    servers: identity.natsUrls,
    tls: { ca: identity.ca },
    inboxPrefix: inboxPrefix(cluster),
    authenticator: (nonceOfServer = "") => ({
      jwt: identity.jwt,
      nkey: key.publicText,
      sig: Buffer.from(key.sign(Buffer.from(nonceOfServer))).toString("base64url"),
    }),
  });

  const assigned: Assignment[] = [];
  const headers: string[] = [];
  const receipts: [QueryKind, AnswerReceipt["kind"]][] = [];
  let held = before;
  const runs = new Map<string, Assignment>();
  const degradedAt = new Map<string, string>();
  let isReported = false;
  let news = 0;
  let isLinked = true;
  let inMaintenance = false;
  let seq = 0;
  let stopped = false;
  let wake = (): void => {};

  const tell = (): void => {
    news += 1;
    isReported = false;
    wake();
  };
  const apply = (): void => {
    if (inMaintenance) return;
    for (const assignment of held?.envelope.assignments ?? []) {
      const isGone = assignment.state === "removing" && assignment.deletionPolicy === "Delete";
      if (isGone) runs.delete(assignment.application);
      else runs.set(assignment.application, assignment);
    }
  };
  apply();
  const take = (dsse: Parameters<typeof acceptEnvelope>[0]): void => {
    try {
      const opened = { ...acceptEnvelope(dsse, trusted, { cluster, clusterUid, held: held?.envelope }), dsse };
      for (const assignment of opened.envelope.assignments) {
        const before = held?.envelope.assignments.find(({ application }) => application === assignment.application);
        if (before?.generation !== assignment.generation) assigned.push(assignment);
      }
      held = opened;
      apply();
      tell();
    } catch (error) {
      // What sync answered is also pushed.
      if (!(error instanceof DroverError && error.code === "ENVELOPE_REPLAYED")) throw error;
    }
  };
  const sync = async (): Promise<void> => {
    const question: SyncRequest =
      held === undefined ? {} : { have: { epoch: held.envelope.epoch, sequence: held.envelope.sequence, digest: held.digest } };
    const ask = async (request: SyncRequest): Promise<SyncAnswer> => {
      const message = await connection.request(subject("sync", cluster), JSON.stringify(request), { timeout: answerMs });
      return readSyncAnswer(message.json());
    };
    let answered = await ask(question);
    if (answered.kind === "send" && held !== undefined) answered = await ask({ ...question, envelope: held.dsse });
    if (answered.kind === "envelope") take(answered.envelope);
  };
  /** Of each generation the last time that it was Degraded is kept. */
  const statusOf = (assignment: Assignment): ApplicationStatus => {
    const { application, generation, bundle, traceparent } = assignment;
    const now = new Date().toISOString();
    const found = condition(assignment);
    const key = `${application} ${generation}`;
    if (found.health === "Degraded") degradedAt.set(key, now);
    const lastDegradedAt = degradedAt.get(key);
    return {
      application,
      generation,
      bundle: bundle.sha256,
      objects: 1,
      drifted: 0,
      ...found,
      observedAt: now,
      ...(lastDegradedAt === undefined ? {} : { lastDegradedAt }),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  };
  const removed = ({ application, generation, bundle }: Assignment): ApplicationStatus => ({
    application,
    generation,
    bundle: bundle.sha256,
    ...well,
    reason: "Removed",
    objects: 0,
    drifted: 0,
    observedAt: new Date().toISOString(),
  });
  const report = async (): Promise<void> => {
    const [spoken, asOf] = [held, news];
    const applications = (spoken?.envelope.assignments ?? []).flatMap((assignment) => {
      if (assignment.state === "removing" && !inMaintenance) return [removed(assignment)];
      const running = runs.get(assignment.application);
      return running === undefined ? [] : [statusOf(running)];
    });
    const jobs = spoken?.envelope.jobs?.map(({ id, command }): JobStatus =>
      command?.[0] === "false" ? { id, state: "Failed", message: "its pod exited with 1" } : { id, state: "Succeeded", message: "" },
    );
    const position = { epoch: spoken?.envelope.epoch ?? 0, sequence: spoken?.envelope.sequence ?? 0 };
    const paused = inMaintenance ? { maintenance: true } : {};
    const said = {
      cluster,
      enrolment: identity.enrolment,
      boot: 1,
      seq: (seq += 1),
      ...versions,
      ...position,
      applications,
      events: [],
      ...(jobs === undefined ? {} : { jobs }),
      ...paused,
    };
    const message = await connection.request(subject("report", cluster), JSON.stringify(signReport(said, key)), { timeout: answerMs });
    const { kind } = readReportAnswer(message.json());
    if (kind === "accepted" && asOf === news) isReported = true;
  };
  connection.subscribe(subject("assign", cluster), {
    callback: (_error, message) => {
      if (!isLinked) return;
      const pushed = readAssignMessage(message.json());
      const header = message.headers?.get("traceparent");
      if (header) headers.push(header);
      if (pushed.kind === "envelope") take(pushed.envelope);
    },
  });

  const reply = async (query: Query, pieces: AsyncIterable<string>): Promise<void> => {
    const send = async (index: number, text: string, last: boolean): Promise<AnswerReceipt["kind"]> => {
      const chunk = signAnswerChunk({ cluster, id: query.id, index, last, text }, key);
      const message = await connection.request(subject("answer", cluster), JSON.stringify(chunk), { timeout: 30_000 });
      const { kind } = readAnswerReceipt(message.json());
      receipts.push([query.kind, kind]);
      return kind;
    };
    let index = 0;
    for await (const piece of pieces) if ((await send(index++, piece, false)) === "stop") return;
    await send(index, "", true);
  };
  if (answer !== undefined)
    connection.subscribe(subject("query", cluster), {
      callback: (_error, message) => {
        const query = openQuery(readDsse(message.json()), trusted, { cluster, clusterUid, now: systemClock.now() });
        // A replica that died does not reply; then nobody waits for the answer either.
        void reply(query, answer(query)).catch(() => {});
      },
    });

  const live = async (): Promise<void> => {
    while (!stopped) {
      // A replica that dies does not answer: the next question goes to another one.
      if (isLinked) await sync().catch(() => {});
      // Nor does a broker that has cut a revoked agent, which fails at once.
      while (!isReported && isLinked && !stopped) await report().catch(() => delay(retryMs));
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const timer = setTimeout(() => wake(), syncMs);
      await woken;
      clearTimeout(timer);
    }
  };
  const living = live();
  return {
    name,
    cluster,
    assigned,
    headers,
    receipts,
    held: () => held,
    runs,
    get heardAt() {
      return isReported ? held?.envelope.sequence : undefined;
    },
    tell,
    setLinked(linked) {
      isLinked = linked;
      tell();
    },
    setMaintenance(isOn) {
      inMaintenance = isOn;
      apply();
      tell();
    },
    async stop() {
      stopped = true;
      wake();
      await living;
      await connection.close();
    },
  };
}
