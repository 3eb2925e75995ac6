import { Type, type Static } from "typebox";
import { DroverError, type ClusterId } from "@drover/kit";
import { type Digest, digestOfBytes } from "./digest.ts";
import { type Dsse, type TrustedKeys, openDsse, signDsse } from "./dsse.ts";
import { maxJobsPerEnvelope, WantedJob } from "./gate-job.ts";
import type { Signer } from "./keys.ts";
import { compileReader } from "./reader.ts";
import { ClusterIdText, Counter, DigestText, Name, Time, TraceParent } from "./words.ts";

export const envelopeType = "application/vnd.drover.envelope.v1+json";

/** More would not fit a 256 KB message; the projection refuses the 151st with its reason. */
export const maxAssignmentsPerCluster = 150;

export const BundleRef = Type.Object({
  sha256: DigestText,
  /** Bytes of the canonical JSON. */
  size: Counter,
  /** Pieces of the compressed bundle, see bundle.ts. */
  chunks: Counter,
});
export type BundleRef = Static<typeof BundleRef>;

const GroupText = Type.String({ maxLength: 253 });
const KindText = Type.String({ maxLength: 63 });

/** Fields that are left to whoever writes them: neither sent nor compared. What is absent matches everything. */
export const IgnoreDifference = Type.Object({
  group: Type.Optional(GroupText),
  kind: Type.Optional(KindText),
  namespace: Type.Optional(Type.String({ maxLength: 63 })),
  name: Type.Optional(Type.String({ maxLength: 253 })),
  /** RFC 6901, such as `/spec/replicas`. */
  jsonPointers: Type.Optional(Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 50 })),
  /** RFC 9535 JSONPath, such as `$.spec.template.spec.containers[?@.name == 'proxy']`. */
  jsonPaths: Type.Optional(Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 50 })),
  /** Every field that one of these field managers owns. */
  managers: Type.Optional(Type.Array(Type.String({ maxLength: 128 }), { maxItems: 50 })),
});
export type IgnoreDifference = Static<typeof IgnoreDifference>;

/** How to tell the health of a kind: CEL expressions over the object, whose members `apiVersion, kind, metadata, spec, status, …` are variables. */
export const HealthRule = Type.Object({
  group: GroupText,
  kind: KindText,
  /** True: Healthy. What is neither current, in progress nor failed is Progressing. */
  current: Type.String({ maxLength: 2048 }),
  inProgress: Type.Optional(Type.String({ maxLength: 2048 })),
  /** True: Degraded; wins over the others. */
  failed: Type.Optional(Type.String({ maxLength: 2048 })),
});
export type HealthRule = Static<typeof HealthRule>;

/** What the project allows, for the agent to check before it applies. `*` at the end of an entry stands for any rest; absent means anything. */
export const Limits = Type.Object({
  namespaces: Type.Optional(Type.Array(Type.String({ maxLength: 2048 }), { maxItems: 1000 })),
  /** `group/Kind`, `Kind` alone in the core group. */
  kinds: Type.Optional(Type.Array(Type.String({ maxLength: 2048 }), { maxItems: 1000 })),
});
export type Limits = Static<typeof Limits>;

/** `name` in the application's own namespace, or `namespace/name`. */
export const serviceAccountPattern = "^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/)?[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$";

/** How the agent keeps an application in place. Field names and words are those of the fleet file. */
export const SyncPolicy = Type.Object({
  /** `Report`: change nothing, say what would be changed. Absent means `Apply`. */
  mode: Type.Optional(Type.Union([Type.Literal("Apply"), Type.Literal("Report")])),
  prune: Type.Boolean(),
  selfHeal: Type.Boolean(),
  whenToTakeOver: Type.Union([Type.Literal("Always"), Type.Literal("IfNoDiff"), Type.Literal("Never")]),
  /** `correct`: heal; `warn`: report; `off`: do not look. */
  drift: Type.Object({
    mode: Type.Union([Type.Literal("correct"), Type.Literal("warn"), Type.Literal("off")]),
    people: Type.Union([Type.Literal("evict"), Type.Literal("report"), Type.Literal("keep")]),
  }),
  syncOptions: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 32 }),
  ignoreDifferences: Type.Optional(Type.Array(IgnoreDifference, { maxItems: 100 })),
  healthRules: Type.Optional(Type.Array(HealthRule, { maxItems: 50 })),
  /** Applications of the same cluster that have to be Synced and Healthy before this one is synced. */
  dependsOn: Type.Optional(Type.Array(Name, { maxItems: 16 })),
  /** The ServiceAccount as which everything of this application is read and written. */
  serviceAccountName: Type.Optional(Type.String({ pattern: serviceAccountPattern })),
  limits: Type.Optional(Limits),
});
export type SyncPolicy = Static<typeof SyncPolicy>;

/** What one cluster should run of one application. `generation` rises whenever the content changes; gates compare it with `=`. */
export const Assignment = Type.Object({
  application: Name,
  environment: Name,
  project: Name,
  generation: Counter,
  /** The source revision, for people. */
  revision: Type.String({ maxLength: 256 }),
  state: Type.Union([Type.Literal("active"), Type.Literal("removing"), Type.Literal("suspended")]),
  bundle: BundleRef,
  /** For namespaced objects that name no namespace. */
  namespace: Name,
  syncPolicy: SyncPolicy,
  /** With `removing`: whether its objects go, or stay as nobody's. Absent means `Orphan`. */
  deletionPolicy: Type.Optional(Type.Union([Type.Literal("Delete"), Type.Literal("Orphan")])),
  /** Held deletions that a person has released: hashes of their lists, see prune-list.ts. They are no part of the content, so no generation rises. */
  approvedPrunes: Type.Optional(Type.Array(DigestText, { maxItems: 32 })),
  /** The trace of the call that caused this generation. */
  traceparent: Type.Optional(TraceParent),
});
export type Assignment = Static<typeof Assignment>;

/** All that one cluster is told. `(epoch, sequence)` is only a guard against replay. */
export const Envelope = Type.Object({
  cluster: ClusterIdText,
  /** uid of the cluster's kube-system namespace. */
  clusterUid: Type.String({ maxLength: 64 }),
  epoch: Counter,
  sequence: Counter,
  issuedAt: Time,
  keysetVersion: Counter,
  assignments: Type.Array(Assignment, { maxItems: maxAssignmentsPerCluster }),
  /** What gates want to have run here. A job that is not named any more is over. */
  jobs: Type.Optional(Type.Array(WantedJob, { maxItems: maxJobsPerEnvelope })),
});
export type Envelope = Static<typeof Envelope>;

const readEnvelope = compileReader(Envelope, "ENVELOPE_INVALID", "envelope");

export const signEnvelope = (envelope: Envelope, signer: Signer): Dsse => signDsse(envelopeType, envelope, signer);

/** Where an envelope stands in a cluster's history. */
export interface EnvelopePosition {
  readonly epoch: number;
  readonly sequence: number;
}

export const isNewer = (a: EnvelopePosition, than: EnvelopePosition): boolean =>
  a.epoch > than.epoch || (a.epoch === than.epoch && a.sequence > than.sequence);

export interface OpenedEnvelope {
  readonly envelope: Envelope;
  /** Of the signed bytes. */
  readonly digest: Digest;
}

/** Checks signature and shape, nothing else: for whoever wants to know that we issued it. */
export function openEnvelope(dsse: Dsse, trusted: TrustedKeys): OpenedEnvelope {
  const { payload, value } = openDsse(envelopeType, dsse, trusted);
  return { envelope: readEnvelope(value), digest: digestOfBytes(payload) };
}

/**
 * The envelope, if it is for this very cluster and newer than what is held. Throws SIGNATURE_INVALID, ENVELOPE_INVALID,
 * ENVELOPE_FOREIGN or ENVELOPE_REPLAYED; the last good envelope then stays in force.
 */
export function acceptEnvelope(
  dsse: Dsse,
  trusted: TrustedKeys,
  self: { readonly cluster: ClusterId; readonly clusterUid: string; readonly held: EnvelopePosition | undefined },
): OpenedEnvelope {
  const opened = openEnvelope(dsse, trusted);
  const { envelope } = opened;
  if (envelope.cluster !== self.cluster || envelope.clusterUid !== self.clusterUid)
    throw new DroverError(
      "forbidden",
      "ENVELOPE_FOREIGN",
      `accept envelope: it is for cluster ${envelope.cluster} with uid ${envelope.clusterUid}; if this cluster was rebuilt or copied, enrol it anew`,
    );
  if (self.held && !isNewer(envelope, self.held))
    throw new DroverError(
      "stale",
      "ENVELOPE_REPLAYED",
      `accept envelope: ${place(envelope)} is not newer than ${place(self.held)}; the held one stays, nothing need be done`,
    );
  return opened;
}

const place = ({ epoch, sequence }: EnvelopePosition): string => `(${epoch}, ${sequence})`;
