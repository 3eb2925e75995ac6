import { Type, type Static } from "typebox";
import { DroverError, type ClusterId, type Instant } from "@drover/kit";
import { type Dsse, type TrustedKeys, openDsse, signDsse } from "./dsse.ts";
import type { Signer } from "./keys.ts";
import { compileReader } from "./reader.ts";
import { ClusterIdText, Counter, Name, Time } from "./words.ts";

/** What the control plane may ask an agent. None of them changes an object; `refresh` compares and syncs what is assigned already. */
export const queryKinds = ["refresh", "tree", "live", "diff", "dryRun", "events", "logs"] as const;
export type QueryKind = (typeof queryKinds)[number];

export const queryType = "application/vnd.drover.query.v1+json";
export const answerType = "application/vnd.drover.answer.v1+json";

export const queryLimits = {
  /** Characters of one chunk; with its frame it stays under 256 KB, also when every one is escaped. */
  chunkCharacters: 30_000,
  /** Characters of an answer that is no stream. */
  answerCharacters: 8 * 1024 * 1024,
  /** How long a query may be answered; streams of logs as well. */
  lifetimeMs: 10 * 60_000,
} as const;

export const QueryObject = Type.Object({
  group: Type.String({ maxLength: 253 }),
  kind: Type.String({ maxLength: 63 }),
  namespace: Type.Optional(Type.String({ maxLength: 63 })),
  name: Type.String({ maxLength: 253 }),
});
export type QueryObject = Static<typeof QueryObject>;

/** A question to one cluster's agent about one application, signed like an envelope. */
export const Query = Type.Object({
  id: Type.String({ pattern: "^[a-z2-7]{26}$" }),
  cluster: ClusterIdText,
  clusterUid: Type.String({ maxLength: 64 }),
  application: Name,
  kind: Type.Unsafe<QueryKind>(Type.Union(queryKinds.map((kind) => Type.Literal(kind)))),
  issuedAt: Time,
  /** The agent gives up then, whatever it has answered. */
  expiresAt: Time,
  /** For `live`, `events` and `logs`; narrows `diff` and `dryRun` to one object. It has to be in the application's tree. */
  object: Type.Optional(QueryObject),
  /** With `live`: with what field managers keep in it. */
  managedFields: Type.Optional(Type.Boolean()),
  logs: Type.Optional(
    Type.Object({
      container: Type.Optional(Type.String({ maxLength: 63 })),
      follow: Type.Boolean(),
      previous: Type.Boolean(),
      tailLines: Counter,
      /** Only what was written within so many seconds, or since then. */
      sinceSeconds: Type.Optional(Counter),
      sinceTime: Type.Optional(Time),
      /** A time before each line. */
      timestamps: Type.Optional(Type.Boolean()),
    }),
  ),
});
export type Query = Static<typeof Query>;

const readQuery = compileReader(Query, "QUERY_INVALID", "query");

export const signQuery = (query: Query, signer: Signer): Dsse => signDsse(queryType, query, signer);

/** Throws SIGNATURE_INVALID, QUERY_INVALID, QUERY_FOREIGN or QUERY_EXPIRED. */
export function openQuery(
  dsse: Dsse,
  trusted: TrustedKeys,
  self: { readonly cluster: ClusterId; readonly clusterUid: string; readonly now: Instant },
): Query {
  const query = readQuery(openDsse(queryType, dsse, trusted).value);
  if (query.cluster !== self.cluster || query.clusterUid !== self.clusterUid)
    throw new DroverError("forbidden", "QUERY_FOREIGN", `open query: it is for cluster ${query.cluster} with uid ${query.clusterUid}`);
  if (Date.parse(query.expiresAt) <= self.now)
    throw new DroverError("stale", "QUERY_EXPIRED", `open query: it was good until ${query.expiresAt}; if clocks agree, ask again`);
  return query;
}

/**
 * A piece of an answer: text that continues the piece before. JSON for all kinds but `logs`, which are plain lines; answers.ts has the shapes.
 * The first piece of a stream comes at once, empty if need be: the asker takes an agent that says nothing for away.
 */
export const AnswerChunk = Type.Object({
  cluster: ClusterIdText,
  id: Type.String({ pattern: "^[a-z2-7]{26}$" }),
  index: Counter,
  last: Type.Boolean(),
  text: Type.String({ maxLength: queryLimits.chunkCharacters }),
  /** Instead of the rest. */
  error: Type.Optional(Type.Object({ code: Type.String({ maxLength: 64 }), message: Type.String({ maxLength: 1024 }) })),
});
export type AnswerChunk = Static<typeof AnswerChunk>;

const readAnswerChunk = compileReader(AnswerChunk, "ANSWER_CHUNK_INVALID", "chunk of an answer");

export const signAnswerChunk = (chunk: AnswerChunk, agent: Signer): Dsse => signDsse(answerType, chunk, agent);
export const openAnswerChunk = (dsse: Dsse, agent: TrustedKeys): AnswerChunk => readAnswerChunk(openDsse(answerType, dsse, agent).value);

/** What the asker says to a chunk: whether anybody still waits for the next one. */
export const AnswerReceipt = Type.Object({ kind: Type.Union([Type.Literal("continue"), Type.Literal("stop")]) });
export type AnswerReceipt = Static<typeof AnswerReceipt>;
export const readAnswerReceipt = compileReader(AnswerReceipt, "ANSWER_RECEIPT_INVALID", "receipt of an answer's chunk");
