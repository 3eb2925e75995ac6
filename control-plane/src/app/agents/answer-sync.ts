import { type ClusterId, DroverError, type Instant, rfc3339, toDroverError } from "@drover/kit";
import type { Clock } from "@drover/kit/node";
import {
  type Dsse,
  type Envelope,
  type EnvelopePosition,
  isNewer,
  openEnvelope,
  readSyncRequest,
  signEnvelope,
  type SyncAnswer,
  type SyncRequest,
} from "@drover/proto/wire";
import type { EnvelopeKeys } from "../../domain/identity/envelope-keys.ts";
import { digestOfEnvelope, issueEnvelope, type Standing } from "../../domain/identity/issue-envelope.ts";
import { failpoint } from "../failpoint.ts";
import { parsePayload } from "./wire-payload.ts";

export interface Standings {
  /** Undefined for a cluster that is not ours. */
  load(cluster: ClusterId): Promise<Standing | undefined>;
  /**
   * Continues from an envelope that we signed and have forgotten: raises the epoch above it and reconciles the assignments,
   * in one transaction. Does nothing when ours has become newer meanwhile.
   */
  takeOver(cluster: ClusterId, held: Envelope): Promise<void>;
  /** The cluster holds no envelope of ours; from now on it can be given one. */
  holdsNothing(cluster: ClusterId): Promise<void>;
}

interface SyncDeps {
  readonly standings: Standings;
  readonly keys: EnvelopeKeys;
  readonly clock: Clock;
  /** False when agents ask faster than we want to answer. */
  readonly admit: () => boolean;
}

/** After a reconnect agents spread their first sync over this time. */
const spreadMs = 2_000;
const busyRetryMs = 2_000;

/**
 * Tells an agent whether it holds the newest envelope. This alone is what makes lost messages harmless, so it never answers
 * `unchanged` unless place and content are both ours.
 */
export const createSyncAnswerer = (deps: SyncDeps) => {
  return async (cluster: ClusterId, payload: Uint8Array): Promise<SyncAnswer> => {
    if (!deps.admit()) return { kind: "busy", retryAfterMs: busyRetryMs, ...common(deps.clock.now()) };
    try {
      const request = readSyncRequest(parsePayload(payload, "SYNC_INVALID"));
      return await answer(deps, cluster, request);
    } catch (error) {
      const { kind, code, message } = toDroverError(error);
      if (kind === "unavailable" || kind === "timeout") return { kind: "busy", retryAfterMs: busyRetryMs, ...common(deps.clock.now()) };
      if (kind === "internal") throw error;
      return { kind: "refused", code, message, ...common(deps.clock.now()) };
    }
  };
};

async function answer(deps: SyncDeps, cluster: ClusterId, { have, envelope: shown }: SyncRequest): Promise<SyncAnswer> {
  const standing = await enrolled(deps, cluster);
  failpoint("sync.asked");
  if (shown) return continueFrom(deps, standing, shown);
  if (!standing.holdsKnown && have !== undefined) return { kind: "send", ...common(standing.serverTime) };
  if (!standing.holdsKnown) await deps.standings.holdsNothing(cluster);
  const ours = issueEnvelope(standing, deps.keys);
  if (have === undefined || isNewer(ours, have)) return signed(deps, ours, standing);
  if (isNewer(have, ours) || have.digest !== digestOfEnvelope(ours)) return { kind: "send", ...common(standing.serverTime) };
  return { kind: "unchanged", ...common(standing.serverTime) };
}

/** The agent showed what it holds. Our own signature is what makes it believable. */
async function continueFrom(deps: SyncDeps, standing: Standing, shown: Dsse): Promise<SyncAnswer> {
  const { envelope: held, digest } = openEnvelope(shown, deps.keys.trusted);
  if (held.cluster !== standing.cluster || held.clusterUid !== standing.clusterUid)
    throw new DroverError("forbidden", "ENVELOPE_FOREIGN", `sync cluster ${standing.cluster}: the envelope shown is another cluster's`);
  const ours = issueEnvelope(standing, deps.keys);
  if (standing.holdsKnown && isNewer(ours, held)) return signed(deps, ours, standing);
  if (standing.holdsKnown && samePlace(ours, held) && digest === digestOfEnvelope(ours))
    return { kind: "unchanged", ...common(standing.serverTime) };
  await deps.standings.takeOver(standing.cluster, held);
  const after = await enrolled(deps, standing.cluster);
  return signed(deps, issueEnvelope(after, deps.keys), after);
}

async function enrolled({ standings }: SyncDeps, cluster: ClusterId): Promise<Standing> {
  const standing = await standings.load(cluster);
  if (standing === undefined) throw new DroverError("not-found", "CLUSTER_NOT_FOUND", `sync: there is no cluster ${cluster}`);
  if (standing.state !== "Enrolled")
    throw new DroverError(
      "forbidden",
      "CLUSTER_NOT_ENROLLED",
      `sync: cluster ${cluster} is ${standing.state.toLowerCase()}; enrol it again`,
    );
  return standing;
}

const signed = ({ keys }: SyncDeps, envelope: Envelope, { serverTime }: Standing): SyncAnswer => ({
  kind: "envelope",
  envelope: signEnvelope(envelope, keys.signer),
  ...common(serverTime),
});

const samePlace = (a: EnvelopePosition, b: EnvelopePosition): boolean => a.epoch === b.epoch && a.sequence === b.sequence;

const common = (serverTime: Instant): { serverTime: string; spreadMs: number } => ({ serverTime: rfc3339(serverTime), spreadMs });
