import { randomBytes } from "node:crypto";
import { base32, type ClusterId, type JsonObject, later, parseClusterId, rfc3339 } from "@drover/kit";
import { type Clock, createLog } from "@drover/kit/node";
import {
  type AgentEvent,
  type AnswerChunk,
  type AnswerReceipt,
  type ApplicationStatus,
  type Assignment,
  chunkCount,
  chunkOf,
  createSeed,
  createSigner,
  type Dsse,
  type Envelope,
  type Identity,
  nkeyFromSeed,
  openAnswerChunk,
  openReport,
  type PackedBundle,
  packBundle,
  publicKeyOfNkey,
  type Query,
  type Report,
  type Signer,
  signEnvelope,
  signQuery,
  type TrustedKeys,
  type WantedJob,
} from "@drover/proto/wire";
import type { ConnectControlPlane, ControlPlaneHandlers, EnrolmentApi } from "../../src/app/control-plane.ts";

/** A control plane of one cluster in this process, for tests of the agent over its ports. */
export class TestControlPlane {
  readonly cluster: ClusterId;
  readonly signer: Signer = createSigner("test", createSeed());
  readonly reports: Report[] = [];
  onReport: ((report: Report) => void) | undefined;
  readonly events: AgentEvent[] = [];
  /** While false nobody answers, and agents are not connected. */
  #online = true;
  /** What the next envelopes want to have run. */
  jobs: readonly WantedJob[] = [];
  #envelope: Dsse | undefined;
  #sequence = 0;
  #clusterUid = "";
  #publicKey = "";
  #enrolments = 0;
  readonly #bundles = new Map<string, PackedBundle>();
  readonly #links = new Set<ControlPlaneHandlers>();
  /** Who waits for the answer to which question. */
  readonly #askers = new Map<string, (chunk: AnswerChunk) => Promise<AnswerReceipt["kind"]>>();
  readonly #clock: Clock;

  constructor(clock: Clock, cluster: ClusterId = parseClusterId("abcdefghijklmnopqrstuvwxyz")) {
    this.#clock = clock;
    this.cluster = cluster;
  }

  get enrolments(): number {
    return this.#enrolments;
  }

  get clusterUid(): string {
    return this.#clusterUid;
  }

  bundle(objects: readonly JsonObject[]): Assignment["bundle"] {
    const packed = packBundle(objects);
    this.#bundles.set(packed.digest, packed);
    return { sha256: packed.digest, size: packed.size, chunks: chunkCount(packed.gzip.length) };
  }

  envelope(assignments: readonly Assignment[], over: Partial<Envelope> = {}): Dsse {
    const envelope = {
      cluster: this.cluster,
      clusterUid: this.#clusterUid,
      epoch: 1,
      sequence: ++this.#sequence,
      issuedAt: rfc3339(this.#clock.now()),
      keysetVersion: 1,
      assignments: [...assignments],
      ...(this.jobs.length > 0 ? { jobs: [...this.jobs] } : {}),
    };
    return signEnvelope({ ...envelope, ...over }, this.signer);
  }

  /** Puts assignments in force and tells every agent that is connected. */
  assign(...assignments: readonly Assignment[]): void {
    this.#envelope = this.envelope(assignments);
    this.push(this.#envelope);
  }

  push(envelope: Dsse): void {
    for (const link of this.#links) if (this.#online) link.assign({ kind: "envelope", envelope });
  }

  goOffline(): void {
    this.#online = false;
    for (const link of this.#links) link.disconnected();
  }

  goOnline(): void {
    this.#online = true;
    for (const link of this.#links) link.connected();
  }

  query(asked: Pick<Query, "kind"> & Partial<Query>): Query {
    return {
      id: base32(randomBytes(16)).slice(0, 26),
      cluster: this.cluster,
      clusterUid: this.#clusterUid,
      application: "shop",
      issuedAt: rfc3339(this.#clock.now()),
      expiresAt: rfc3339(later(this.#clock.now(), 60_000)),
      ...asked,
    };
  }

  /** Asks the agents that are connected; each chunk is received by `hear`, which says whether it wants the next. */
  put(query: Query, hear: (chunk: AnswerChunk) => Promise<AnswerReceipt["kind"]>): void {
    this.#askers.set(query.id, hear);
    this.pose(signQuery(query, this.signer));
  }

  pose(query: Dsse): void {
    for (const link of this.#links) if (this.#online) link.query(query);
  }

  /** The whole answer. Throws the error that it ends with, as `CODE: message`. */
  async ask(asked: Pick<Query, "kind"> & Partial<Query>): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let text = "";
    this.put(this.query(asked), async (chunk) => {
      text += chunk.text;
      if (chunk.error) reject(new Error(`${chunk.error.code}: ${chunk.error.message}`));
      else if (chunk.last) resolve(text);
      return "continue";
    });
    return promise;
  }

  #keys(): TrustedKeys {
    return new Map([[this.#publicKey, publicKeyOfNkey("user", this.#publicKey)]]);
  }

  /** What the last report said of an application. */
  status(application: string): ApplicationStatus | undefined {
    return this.reports.at(-1)?.applications.find((status) => status.application === application);
  }

  readonly enrolment: EnrolmentApi = {
    challenge: async () => ({ nonce: "0123456789abcdef", expiresAt: rfc3339(this.#clock.now()) }),
    enrol: async ({ publicKey, clusterUid }) => {
      this.#publicKey = publicKey;
      this.#clusterUid = clusterUid;
      this.#enrolments += 1;
      return this.#identity(0);
    },
    renew: async ({ newPublicKey, counter }) => {
      this.#publicKey = newPublicKey;
      return this.#identity(counter + 1);
    },
  };

  readonly connect: ConnectControlPlane = (credentials, handlers) => {
    this.#links.add(handlers);
    nkeyFromSeed("user", credentials().seed.reveal());
    if (this.#online) queueMicrotask(() => handlers.connected());
    const whenOnline = async (): Promise<void> => {
      if (!this.#online) throw new Error("offline");
    };
    const common = { serverTime: rfc3339(this.#clock.now()), spreadMs: 0 };
    return {
      sync: async ({ have }) => {
        await whenOnline();
        const known = have?.sequence === this.#sequence || !this.#envelope;
        return known || !this.#envelope ? { kind: "unchanged", ...common } : { kind: "envelope", envelope: this.#envelope, ...common };
      },
      report: async (dsse) => {
        await whenOnline();
        const report = openReport(dsse, this.#keys());
        this.reports.push(report);
        this.onReport?.(report);
        this.events.push(...report.events);
        return {
          kind: "accepted",
          boot: report.boot,
          seq: report.seq,
          eventSeq: report.events.at(-1)?.seq ?? 0,
          serverTime: common.serverTime,
        };
      },
      bundle: async ({ sha256, chunk }) => {
        await whenOnline();
        const packed = this.#bundles.get(sha256);
        if (!packed) return { kind: "refused", code: "BUNDLE_UNKNOWN", message: "no assignment names it" };
        const data = Buffer.from(chunkOf(packed.gzip, chunk)).toString("base64");
        return { kind: "chunk", chunk, chunks: chunkCount(packed.gzip.length), data };
      },
      answer: async (dsse) => {
        await whenOnline();
        const chunk = openAnswerChunk(dsse, this.#keys());
        const hear = this.#askers.get(chunk.id);
        if (!hear) throw new Error("nobody asked");
        return { kind: await hear(chunk) };
      },
      reconnect: async () => handlers.connected(),
      close: async () => void this.#links.delete(handlers),
    };
  };

  #identity(renewals: number): Identity {
    const now = this.#clock.now();
    return {
      cluster: this.cluster,
      clusterName: "test",
      enrolment: this.#enrolments,
      renewals,
      jwt: "jwt",
      jwtExpiresAt: rfc3339((now + 30 * 86_400_000) as typeof now),
      natsUrls: ["tls://localhost:4222"],
      ca: "",
      keyset: { version: 1, keys: [{ keyId: this.signer.keyId, publicKey: Buffer.from(this.signer.publicKey).toString("base64") }] },
      serverTime: rfc3339(now),
    };
  }
}

export const silentLog = createLog("agent", "silent");
