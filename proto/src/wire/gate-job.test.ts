import { createHash } from "node:crypto";
import { DroverError } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Envelope, openEnvelope, signEnvelope } from "./envelope.ts";
import { type JobStatus, maxJobsPerEnvelope, readWantedJob, type WantedJob } from "./gate-job.ts";
import { createSigner } from "./keys.ts";
import { openReport, type Report, signReport } from "./report.ts";

const signer = createSigner("key-1", createHash("sha256").update("a test's key").digest());
const trusted = new Map([[signer.keyId, signer.publicKey]]);
const digest = `sha256:${"0".repeat(64)}` as const;

const text = fc.string({ unit: "binary", maxLength: 40 }).map((drawn) => drawn.toWellFormed());
const texts = fc.array(text, { maxLength: 3 });
const jobId = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,46}[a-z0-9])?$/);
const wantedJob: fc.Arbitrary<WantedJob> = fc.record(
  {
    id: jobId,
    application: fc.constantFrom("web", "api-2"),
    generation: fc.nat(),
    bundle: fc.constant(digest),
    namespace: fc.constantFrom("shop", "a"),
    serviceAccountName: fc.constantFrom("smoke", "smoke.test"),
    image: fc.string({ minLength: 1, maxLength: 40 }),
    command: texts,
    args: texts,
    env: fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/), text, { maxKeys: 3 }),
    deadlineSeconds: fc.integer({ min: 1, max: 604_800 }),
  },
  { requiredKeys: ["id", "application", "generation", "bundle", "namespace", "image", "deadlineSeconds"], noNullPrototype: true },
);
const jobStatus: fc.Arbitrary<JobStatus> = fc.record({
  id: jobId,
  state: fc.constantFrom("Running", "Succeeded", "Failed", "Refused"),
  message: text,
});

const envelope: Envelope = {
  cluster: "a".repeat(26),
  clusterUid: "uid-1",
  epoch: 1,
  sequence: 7,
  issuedAt: "2026-11-21T08:00:00.000Z",
  keysetVersion: 1,
  assignments: [],
};
const report: Report = {
  cluster: envelope.cluster,
  enrolment: 1,
  boot: 2,
  seq: 5,
  agentVersion: "0.1.0",
  kubernetesVersion: "v1.36.3",
  epoch: 1,
  sequence: 7,
  applications: [],
  events: [],
};

test("jobs arrive in the cluster as they were wanted", () => {
  fc.assert(
    fc.property(fc.array(wantedJob, { maxLength: maxJobsPerEnvelope }), (jobs) => {
      expect(openEnvelope(signEnvelope({ ...envelope, jobs }, signer), trusted).envelope.jobs).toEqual(jobs);
    }),
    { numRuns: 200 },
  );
});

test("what became of jobs arrives as it was reported", () => {
  fc.assert(
    fc.property(fc.array(jobStatus, { maxLength: maxJobsPerEnvelope }), (jobs) => {
      expect(openReport(signReport({ ...report, jobs }, signer), trusted).jobs).toEqual(jobs);
    }),
    { numRuns: 200 },
  );
});

const wanted: WantedJob = {
  id: "gate-1",
  application: "web",
  generation: 3,
  bundle: digest,
  namespace: "shop",
  image: "registry.example/smoke:1",
  deadlineSeconds: 60,
};

test.each([
  { name: "an id that ends in a dash", job: { ...wanted, id: "gate-" } },
  { name: "an id that is too long for the name of a Job", job: { ...wanted, id: "g".repeat(49) } },
  { name: "an empty namespace", job: { ...wanted, namespace: "" } },
  { name: "a service account of another namespace", job: { ...wanted, serviceAccountName: "kube-system/admin" } },
  { name: "no image", job: { ...wanted, image: "" } },
  { name: "an environment variable with a dash", job: { ...wanted, env: { "A-B": "1" } } },
  { name: "no time", job: { ...wanted, deadlineSeconds: 0 } },
])("a job with $name is refused", ({ job }) => {
  expect(() => readWantedJob(job)).toThrow(expect.objectContaining({ code: "GATE_JOB_INVALID" }));
  expect(() => readWantedJob(job)).toThrow(DroverError);
});
