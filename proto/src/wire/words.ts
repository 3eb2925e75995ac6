import { Type, type Static } from "typebox";
import { clusterIdPattern } from "@drover/kit";

export const digestPattern = "^sha256:[0-9a-f]{64}$";

/** Of tokens, each with what the one before it may. */
export const roleWords = ["viewer", "operator", "admin"] as const;

/** Health and sync words are those Argo CD taught everybody. */
export const healthWords = ["Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown"] as const;
export type Health = (typeof healthWords)[number];
export const Health = Type.Unsafe<Health>(Type.Union(healthWords.map((word) => Type.Literal(word))));

export const syncWords = ["Synced", "OutOfSync", "Unknown"] as const;
export type Sync = (typeof syncWords)[number];
export const Sync = Type.Unsafe<Sync>(Type.Union(syncWords.map((word) => Type.Literal(word))));

/** Kubernetes' own limit for names that become labels; an application's name becomes one together with its cluster. */
export const namePattern = "^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$";

export const Name = Type.String({ pattern: namePattern });
export const ClusterIdText = Type.String({ pattern: clusterIdPattern });
export const DigestText = Type.String({ pattern: digestPattern });
/** A counter that stays exact in JSON. */
export const Counter = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** RFC 3339 in UTC. */
export const Time = Type.String({ maxLength: 40, pattern: "^\\d{4}-\\d{2}-\\d{2}T" });
export const TraceParent = Type.String({ pattern: "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$" });

export type Counter = Static<typeof Counter>;
