import { Type, type Static } from "typebox";
import { type Dsse, type TrustedKeys, openDsse, signDsse } from "./dsse.ts";
import { JobStatus, maxJobsPerEnvelope } from "./gate-job.ts";
import type { Signer } from "./keys.ts";
import { compileReader } from "./reader.ts";
import { ClusterIdText, Counter, DigestText, Health, Name, Sync, Time, TraceParent } from "./words.ts";

export const reportType = "application/vnd.drover.report.v1+json";

/** An object that explains why an application is not Synced and Healthy. At most three an application, texts cut, so that a status stays under 1 KB. */
export const FailingObject = Type.Object({
  group: Type.String({ maxLength: 253 }),
  kind: Type.String({ maxLength: 63 }),
  namespace: Type.Optional(Type.String({ maxLength: 63 })),
  name: Type.String({ maxLength: 253 }),
  /** For workloads: the container that fails. */
  container: Type.Optional(Type.String({ maxLength: 63 })),
  /** One word, such as CrashLoopBackOff, Conflict or ImmutableConflict. */
  reason: Type.String({ maxLength: 64 }),
  message: Type.String({ maxLength: 256 }),
});
export type FailingObject = Static<typeof FailingObject>;

export const ApplicationStatus = Type.Object({
  application: Name,
  /** The generation and bundle this status speaks of. A gate counts it only when both are what its rollout assigned. */
  generation: Counter,
  bundle: DigestText,
  sync: Sync,
  health: Health,
  /** Why it is not Synced: `Applying`, `ApplyFailed`, `Conflict`, `BundleUnavailable`, `PruneHeld`, `Unassigned`, … */
  reason: Type.Optional(Type.String({ maxLength: 64 })),
  message: Type.Optional(Type.String({ maxLength: 256 })),
  failing: Type.Array(FailingObject, { maxItems: 3 }),
  /** Deletions that wait for an approval of exactly this list. */
  held: Type.Optional(Type.Object({ hash: DigestText, objects: Counter })),
  /** Objects in the inventory, and how many of them differ from git right now. */
  objects: Counter,
  drifted: Counter,
  /** The agent's clock; the control plane orders by (enrolment, boot, seq) alone. */
  observedAt: Time,
  /** Latched per generation: a short Degraded between two reports is not lost. */
  lastDegradedAt: Type.Optional(Time),
  traceparent: Type.Optional(TraceParent),
});
export type ApplicationStatus = Static<typeof ApplicationStatus>;

/** One time that an object differed from git, from when it was seen to when it was right again. Open while `endedAt` is absent. */
export const DriftEpisode = Type.Object({
  group: Type.String({ maxLength: 253 }),
  kind: Type.String({ maxLength: 63 }),
  namespace: Type.Optional(Type.String({ maxLength: 63 })),
  name: Type.String({ maxLength: 253 }),
  change: Type.Union([
    Type.Literal("Deleted"),
    Type.Literal("Recreated"),
    Type.Literal("Edited"),
    Type.Literal("Disowned"),
    Type.Literal("Added"),
  ]),
  startedAt: Time,
  endedAt: Type.Optional(Time),
  /** Such as `.spec.replicas`; the first ten. */
  fields: Type.Array(Type.String({ maxLength: 256 }), { maxItems: 10 }),
  /** The field manager that was there last. */
  actor: Type.Optional(Type.String({ maxLength: 128 })),
  /** `Healed` by us, only `Reported`, `Failed` to heal, or `Ended` without us. */
  action: Type.Union([Type.Literal("Healed"), Type.Literal("Reported"), Type.Literal("Failed"), Type.Literal("Ended")]),
});
export type DriftEpisode = Static<typeof DriftEpisode>;

/** Something that happened once: drift found and healed, a prune, a refusal. */
export const AgentEvent = Type.Object({
  seq: Counter,
  at: Time,
  application: Type.Optional(Name),
  /** `DriftHealed`, `DriftFound`, `Pruned`, `PruneHeld`, `EnvelopeRefused`, `Gap`, … */
  kind: Type.String({ maxLength: 64 }),
  object: Type.Optional(Type.String({ maxLength: 400 })),
  message: Type.String({ maxLength: 256 }),
  /** With `DriftFound`, `DriftHealed`, `DriftFight`, `HealFailed` and `DriftEnded`. */
  drift: Type.Optional(DriftEpisode),
});
export type AgentEvent = Static<typeof AgentEvent>;

/** A full snapshot of what the agent sees, and the events since the last acknowledged one. Ordered by (enrolment, boot, seq). */
export const Report = Type.Object({
  cluster: ClusterIdText,
  enrolment: Counter,
  /** Raised by compare-and-set at every start of the agent. */
  boot: Counter,
  seq: Counter,
  agentVersion: Type.String({ maxLength: 64 }),
  kubernetesVersion: Type.String({ maxLength: 64 }),
  /** How often the agent's Lease changed hands: a report of an earlier holder is refused. */
  leaseTransitions: Type.Optional(Counter),
  /** Somebody paused the whole agent in its cluster. */
  maintenance: Type.Optional(Type.Boolean()),
  /** The envelope in force. Zeroes before the first. */
  epoch: Counter,
  sequence: Counter,
  applications: Type.Array(ApplicationStatus, { maxItems: 300 }),
  events: Type.Array(AgentEvent, { maxItems: 100 }),
  /** Of the jobs that the envelope in force wants and that have begun, or never will. */
  jobs: Type.Optional(Type.Array(JobStatus, { maxItems: maxJobsPerEnvelope })),
});
export type Report = Static<typeof Report>;

const readReport = compileReader(Report, "REPORT_INVALID", "report");

/** Signed with the agent's own nkey, so that whoever owns the broker cannot forge health. */
export const signReport = (report: Report, agent: Signer): Dsse => signDsse(reportType, report, agent);

/** Throws SIGNATURE_INVALID or REPORT_INVALID. Whether it is new, and for generations we issued, is the ingest's to judge. */
export const openReport = (dsse: Dsse, agent: TrustedKeys): Report => readReport(openDsse(reportType, dsse, agent).value);

/** The answer to a report, sent after its commit. */
export const ReportAnswer = Type.Union([
  Type.Object({
    kind: Type.Literal("accepted"),
    boot: Counter,
    seq: Counter,
    /** Events up to here are stored and need not be sent again. */
    eventSeq: Counter,
    serverTime: Time,
  }),
  Type.Object({ kind: Type.Literal("refused"), code: Type.String(), message: Type.String(), retryAfterMs: Type.Optional(Counter) }),
]);
export type ReportAnswer = Static<typeof ReportAnswer>;
export const readReportAnswer = compileReader(ReportAnswer, "REPORT_ANSWER_INVALID", "answer to a report");
