import { type ClusterId, DroverError, type Instant, later, rfc3339, base32, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import type { ClusterState } from "@drover/proto/rest";
import {
  type AnswerChunk,
  type AnswerReceipt,
  openAnswerChunk,
  type Query,
  queryLimits,
  readDsse,
  type Signer,
  signQuery,
  type TrustedKeys,
} from "@drover/proto/wire";
import { type AnswerStream, createAnswerStream } from "./answer-stream.ts";
import { parsePayload } from "../agents/wire-payload.ts";

/** A cluster as somebody who asks it must know it. */
export interface AskedCluster {
  readonly id: ClusterId;
  readonly name: string;
  readonly state: ClusterState;
  readonly clusterUid: string;
  readonly lastSeenAt: Instant | undefined;
  /** The keys that may sign its answers: the newest, and the one before while they overlap. */
  readonly keys: TrustedKeys;
}

export interface AskedClusters {
  /** Throws CLUSTER_NOT_FOUND. */
  load(cluster: ClusterId): Promise<AskedCluster>;
}

/** The way to the agents. */
export interface QuerySender {
  /** Throws NATS_UNAVAILABLE. */
  send(cluster: ClusterId, text: string): Promise<void>;
}

export type Question = Pick<Query, "application" | "kind" | "object" | "logs" | "managedFields"> & { readonly cluster: ClusterId };

export interface Questions {
  /** The answer's pieces as they come, the first of which is there already. Ending the iteration, or the signal, tells the agent to stop. */
  stream(question: Question, signal: AbortSignal): Promise<AsyncGenerator<string, void>>;
  /** The whole answer. */
  ask(question: Question, signal: AbortSignal): Promise<string>;
  /** A chunk from an agent, which may be for another replica: undefined then, and nothing is said. */
  heard(cluster: ClusterId, payload: Uint8Array): Promise<AnswerReceipt | undefined>;
}

interface QuestionDeps {
  readonly clusters: AskedClusters;
  readonly sender: QuerySender;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** Open questions of one replica; each may hold an answer of 8 MB. */
const maxOpen = 48;
/** Of them to one cluster, so that nobody's agent is kept from its work, nor one cluster's silence from the others' answers. */
const maxOpenOfCluster = 6;
const busyRetryMs = 1_000;

/** Questions that are over, whose agents are still to hear "stop". An agent that is not told hears nothing, and gives up too. */
const maxEnded = 256;

/** Shorter than a request may take, so that the asker learns why. */
const answerMs = 15_000;
/** An agent that follows a log says every 5 s that it does, also when the log is silent. */
const followedMs = 30_000;
/** Agents whose clock is behind ours must not take a question for expired. */
const graceMs = 60_000;

interface Open {
  readonly cluster: AskedCluster;
  readonly stream: AnswerStream;
  keys: TrustedKeys;
  /** The keys were looked up again for this question, as after a renewal. Once is enough: it lives shorter than a key. */
  isRekeyed: boolean;
}

/** Asks agents and brings their answers together. What a replica asked only it can hear; when it dies, the asker asks again. */
export function createQuestions(deps: QuestionDeps): Questions {
  const open = new Map<string, Open>();
  const ended = new Map<string, Open>();

  const openOf = (cluster: ClusterId): readonly Open[] => [...open.values()].filter((one) => one.cluster.id === cluster);

  const end = (id: string): void => {
    const question = open.get(id);
    if (question === undefined) return;
    question.stream.close();
    open.delete(id);
    ended.set(id, question);
    const [oldest] = ended.keys();
    if (ended.size > maxEnded && oldest !== undefined) ended.delete(oldest);
  };

  const admit = (cluster: ClusterId): void => {
    if (open.size < maxOpen && openOf(cluster).length < maxOpenOfCluster) return;
    const where = open.size < maxOpen ? `${maxOpenOfCluster} questions to this cluster` : `${maxOpen} questions`;
    throw new DroverError("exhausted", "QUESTIONS_BUSY", `ask cluster: ${where} are open already; ask again in a moment`, {
      details: { retryAfterMs: busyRetryMs },
    });
  };

  async function* readToEnd(id: string, pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
    try {
      yield* pieces;
    } finally {
      end(id);
    }
  }

  const stream = async (question: Question, signal: AbortSignal): Promise<AsyncGenerator<string, void>> => {
    const cluster = await deps.clusters.load(question.cluster);
    refuseUnreachable(cluster);
    admit(cluster.id);
    const id = base32(deps.randomBytes(16));
    const follows = question.logs?.follow === true;
    const patience = { firstMs: answerMs, nextMs: follows ? followedMs : answerMs };
    const answer = createAnswerStream({ cluster: cluster.name, patience, clock: deps.clock, signal });
    open.set(id, { cluster, stream: answer, keys: cluster.keys, isRekeyed: false });
    signal.addEventListener("abort", () => end(id), { once: true }); // also when nobody ever reads what came
    try {
      const query = queryOf(id, cluster, question, deps.clock.now());
      await deps.sender.send(cluster.id, JSON.stringify(signQuery(query, deps.signer)));
      return await begun(readToEnd(id, answer.pieces()));
    } catch (error) {
      end(id);
      throw error;
    }
  };

  const openChunk = async (question: Open, payload: Uint8Array): Promise<AnswerChunk> => {
    const dsse = readDsse(parsePayload(payload, "ANSWER_CHUNK_INVALID"));
    try {
      return openAnswerChunk(dsse, question.keys);
    } catch (error) {
      if (toDroverError(error).code !== "SIGNATURE_INVALID" || question.isRekeyed) throw error;
      question.isRekeyed = true;
      question.keys = (await deps.clusters.load(question.cluster.id)).keys;
      return openAnswerChunk(dsse, question.keys);
    }
  };

  return {
    stream,
    async ask(question, signal) {
      let text = "";
      for await (const piece of await stream(question, signal)) {
        text += piece;
        if (text.length > queryLimits.answerCharacters)
          throw new DroverError(
            "exhausted",
            "ANSWER_TOO_LARGE",
            `ask cluster: the answer is longer than ${queryLimits.answerCharacters} characters; ask for one object`,
          );
      }
      return text;
    },
    async heard(cluster, payload) {
      // Which question it answers stands in what is signed; any of this cluster's knows the keys.
      const some = openOf(cluster)[0] ?? [...ended.values()].find((one) => one.cluster.id === cluster);
      if (some === undefined) return undefined;
      try {
        const chunk = await openChunk(some, payload);
        const question = open.get(chunk.id) ?? ended.get(chunk.id);
        if (question?.cluster.id !== cluster || chunk.cluster !== cluster) return undefined;
        return { kind: await question.stream.deliver(chunk) };
      } catch (err) {
        deps.log.warn({ clusterId: cluster, err: toDroverError(err) }, "dropped a chunk of an answer");
        return undefined;
      }
    },
  };
}

function refuseUnreachable({ name, state, lastSeenAt }: AskedCluster): void {
  if (state === "Connected" || state === "Stale") return;
  const seen = lastSeenAt === undefined ? "was never seen" : `was last seen at ${rfc3339(lastSeenAt)}`;
  throw new DroverError(
    "unavailable",
    "CLUSTER_OFFLINE",
    `ask cluster ${name}: it is ${state.toLowerCase()} and ${seen}; ask again when its agent is back`,
    { details: { state, ...(lastSeenAt === undefined ? {} : { lastSeenAt: rfc3339(lastSeenAt) }) } },
  );
}

const queryOf = (
  id: string,
  { id: cluster, clusterUid }: AskedCluster,
  { application, kind, object, logs, managedFields }: Question,
  now: Instant,
): Query => ({
  id,
  cluster,
  clusterUid,
  application,
  kind,
  issuedAt: rfc3339(now),
  expiresAt: rfc3339(later(now, logs?.follow === true ? queryLimits.lifetimeMs : answerMs + graceMs)),
  ...(object === undefined ? {} : { object }),
  ...(logs === undefined ? {} : { logs }),
  ...(managedFields === undefined ? {} : { managedFields }),
});

/** The same pieces, once the first of them is there: an answer that fails at once fails before anybody was told that it goes well. */
async function begun(pieces: AsyncGenerator<string, void>): Promise<AsyncGenerator<string, void>> {
  const first = await pieces.next();
  return (async function* () {
    try {
      if (first.done === true) return;
      yield first.value;
      yield* pieces;
    } finally {
      await pieces.return();
    }
  })();
}
