import { type ClusterId, type Instant, rfc3339 } from "@drover/kit";
import { type Assignment, chunkCount, type Digest, digestOf, type Envelope, type WantedJob } from "@drover/proto/wire";
import type { EnvelopeKeys } from "./envelope-keys.ts";

export type ClusterState = "Pending" | "Enrolled" | "Revoked";

/** What we would tell a cluster now: its envelope's place and its assignments, read in one statement. */
export interface Standing {
  readonly cluster: ClusterId;
  readonly state: ClusterState;
  readonly clusterUid: string;
  /** False until its agent has said what it holds: whatever it was given may have been forgotten here. */
  readonly holdsKnown: boolean;
  readonly epoch: number;
  readonly sequence: number;
  /** When the sequence last rose. Part of the envelope, so that one place in the sequence always has the same bytes. */
  readonly issuedAt: Instant;
  /** By the database's clock. */
  readonly serverTime: Instant;
  readonly assignments: readonly IssuedAssignment[];
  /** The application that was assigned last. */
  readonly newest: string | undefined;
  /** What gates want to have run there. */
  readonly jobs: readonly WantedJob[];
}

export interface IssuedAssignment extends Omit<Assignment, "bundle"> {
  readonly bundle: { readonly sha256: Digest; readonly size: number; readonly gzipBytes: number };
}

/** Deterministic: equal standing, equal bytes. Two contents under one (epoch, sequence) are therefore seen by their digests. */
export const issueEnvelope = (
  { cluster, clusterUid, epoch, sequence, issuedAt, assignments, jobs }: Standing,
  keys: EnvelopeKeys,
): Envelope => ({
  cluster,
  clusterUid,
  epoch,
  sequence,
  issuedAt: rfc3339(issuedAt),
  keysetVersion: keys.version,
  assignments: assignments.map(({ bundle: { sha256, size, gzipBytes }, ...assignment }) => ({
    ...assignment,
    bundle: { sha256, size, chunks: chunkCount(gzipBytes) },
  })),
  ...(jobs.length > 0 ? { jobs: [...jobs] } : {}),
});

export const digestOfEnvelope = (envelope: Envelope): Digest => digestOf(envelope);
