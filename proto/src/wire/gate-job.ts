import { Type, type Static } from "typebox";
import { compileReader } from "./reader.ts";
import { Counter, DigestText, Name } from "./words.ts";

/** More would make an envelope outgrow its message beside 150 assignments; the others wait for their turn. */
export const maxJobsPerEnvelope = 16;

/** Long enough for a UUID and two numbers, short enough for the name of a Job. */
const JobId = Type.String({ pattern: "^[a-z0-9]([-a-z0-9]{0,46}[a-z0-9])?$" });
/** A name alone: a pod runs as an account of its own namespace. */
export const podServiceAccountPattern = "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$";
const Arguments = Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 50 });

/**
 * A Kubernetes Job whose success a gate waits for. It runs once, and only while its application's assignment is of exactly this
 * generation and bundle. An agent that does not know of jobs passes them over and never answers.
 */
export const WantedJob = Type.Object({
  id: JobId,
  application: Name,
  generation: Counter,
  bundle: DigestText,
  namespace: Type.String({ pattern: "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$" }),
  /** As whom its pod runs. The Job itself is made as the application's own user. */
  serviceAccountName: Type.Optional(Type.String({ pattern: podServiceAccountPattern })),
  image: Type.String({ minLength: 1, maxLength: 512 }),
  command: Type.Optional(Arguments),
  args: Type.Optional(Arguments),
  env: Type.Optional(
    Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$" }), Type.String({ maxLength: 4096 }), {
      additionalProperties: false,
    }),
  ),
  /** From its creation; a Job that is not through by then has failed. */
  deadlineSeconds: Type.Integer({ minimum: 1, maximum: 7 * 24 * 3600 }),
});
export type WantedJob = Static<typeof WantedJob>;

export const readWantedJob = compileReader(WantedJob, "GATE_JOB_INVALID", "job of a gate");

/** `Refused`: the cluster or the project does not allow it, so it never began. All but `Running` are final. */
const jobWords = ["Running", "Succeeded", "Failed", "Refused"] as const;
export type ReportedJobState = (typeof jobWords)[number];

export const JobStatus = Type.Object({
  id: JobId,
  state: Type.Unsafe<ReportedJobState>(Type.Union(jobWords.map((word) => Type.Literal(word)))),
  message: Type.String({ maxLength: 256 }),
});
export type JobStatus = Static<typeof JobStatus>;
