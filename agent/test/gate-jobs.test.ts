import { DroverError, memberAt } from "@drover/kit";
import type { JobStatus, WantedJob } from "@drover/proto/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Kube, KubeObject, ObjectRef } from "../src/app/kube.ts";
import {
  assignment,
  changed,
  configMap,
  configMapRef,
  createTestFleet,
  eventually,
  policy,
  reported,
  type TestFleet,
} from "./support/fleet.ts";
import { job, jobRef } from "./support/hook-objects.ts";

let fleet: TestFleet;
beforeEach(() => {
  fleet = createTestFleet();
});
afterEach(() => fleet.stop());

const wanted = (id: string, over: Partial<WantedJob> = {}): WantedJob => ({
  id,
  application: "shop",
  generation: 1,
  bundle: bundle().sha256,
  namespace: "shop",
  image: "smoke:1",
  deadlineSeconds: 60,
  ...over,
});

const bundle = () => fleet.controlPlane.bundle([configMap("settings")]);

/** Puts these jobs in force beside the application at its first generation. */
function want(...jobs: readonly WantedJob[]): void {
  fleet.controlPlane.jobs = jobs;
  fleet.controlPlane.assign(assignment(bundle()));
}

/** The same, once the application is in place. */
async function wantIn(kube?: Kube, ...jobs: readonly WantedJob[]): Promise<void> {
  await fleet.startAgent(kube);
  want();
  await reported(fleet, "Synced", "Healthy");
  want(...jobs);
}

const ended = (id: string, state: JobStatus["state"]): Promise<JobStatus> =>
  eventually(`${id} is ${state}`, () => {
    const status = fleet.controlPlane.reports.at(-1)?.jobs?.find((job) => job.id === id);
    return status?.state === state && status;
  });

const gateRef = (id: string): ObjectRef => jobRef(`drover-gate-${id}`);
const live = (id: string) => fleet.cluster.admin.get(gateRef(id));
const gone = (id: string): Promise<true> => eventually(`${id} is gone`, async () => (await live(id)) === undefined);

test("a wanted Job runs, its success is reported, and it goes when nobody wants it any more", async () => {
  await wantIn(undefined, wanted("one"));
  expect(await ended("one", "Succeeded")).toMatchObject({ message: "" });
  expect(fleet.controlPlane.reports.some(({ jobs }) => jobs?.[0]?.state === "Running")).toBe(true);
  expect(fleet.controlPlane.status("shop")).toMatchObject({ sync: "Synced", objects: 1, drifted: 0 });
  want();
  await gone("one");
  await eventually("it is not reported any more", () => fleet.controlPlane.reports.at(-1)?.jobs === undefined);
});

test("a Job that fails says why, and stays for whoever wants its log", async () => {
  await wantIn(undefined, wanted("one", { command: ["false"] }), wanted("other"));
  expect((await ended("one", "Failed")).message).toContain("exit code 1");
  await ended("other", "Succeeded");
  want();
  await gone("other");
  expect(await live("one")).toBeDefined();
});

test("a Job that is still running goes with the envelope that wanted it", async () => {
  await wantIn(stuckJobs(fleet.cluster.kube), wanted("one"));
  await ended("one", "Running");
  want();
  expect(await gone("one")).toBe(true);
});

test("a Job that somebody deletes has failed, and is not run again", async () => {
  await wantIn(stuckJobs(fleet.cluster.kube), wanted("one"));
  await ended("one", "Running");
  await fleet.cluster.admin.delete(gateRef("one"));
  expect(await ended("one", "Failed")).toMatchObject({ message: "its Job was deleted before it ended" });
  expect(await live("one")).toBeUndefined();
});

test("a restart finds the Job that runs, runs none again, and forgets those that nobody wants", async () => {
  const { kube, made } = jobsMade(stuckJobs(fleet.cluster.kube, "two"));
  const agent = await fleet.startAgent(kube);
  want(wanted("one"), wanted("two"));
  await ended("one", "Succeeded");
  await ended("two", "Running");
  await agent.stop();
  await fleet.cluster.admin.delete(gateRef("one"));
  fleet.controlPlane.reports.length = 0;
  const again = await fleet.startAgent(kube);
  await ended("one", "Succeeded");
  await ended("two", "Running");
  await again.stop();
  fleet.controlPlane.goOffline();
  fleet.controlPlane.goOnline();
  want();
  await fleet.startAgent(kube);
  await gone("two");
  expect(made).toEqual(["drover-gate-one", "drover-gate-two"]);
});

test("a crash between making a Job and noting it makes no second one", async () => {
  let crashes = true;
  const { kube, made } = jobsMade(fleet.cluster.kube);
  const forgetful = changed(kube, (under) => ({
    create: async (ref, object, signal) => {
      if (crashes && ref.name === "drover-gate-jobs") throw new DroverError("unavailable", "KUBE_UNAVAILABLE", "crashed");
      return under.create(ref, object, signal);
    },
  }));
  const agent = await fleet.startAgent(forgetful);
  want(wanted("one"));
  await eventually("it is made", () => live("one"));
  await agent.stop();
  crashes = false;
  await fleet.startAgent(forgetful);
  await ended("one", "Succeeded");
  expect(made).toEqual(["drover-gate-one"]);
});

const forbidden = (kube: Kube): Kube =>
  changed(kube, (under) => ({
    create: async (ref, object, signal) => {
      if (ref.resource.kind === "Job") throw new DroverError("forbidden", "KUBE_FORBIDDEN", "create Job: jobs.batch is forbidden");
      return under.create(ref, object, signal);
    },
  }));

test("what the cluster forbids is refused, with its words", async () => {
  await wantIn(forbidden(fleet.cluster.kube), wanted("one"));
  expect(await ended("one", "Refused")).toMatchObject({ message: "create Job: jobs.batch is forbidden" });
});

test.each([
  {
    name: "a namespace that the project does not allow",
    over: {},
    job: { namespace: "kube-system" },
    says: "does not allow namespace kube-system",
  },
  { name: "the agent's own namespace", over: {}, job: { namespace: "drover-system" }, says: "namespace drover-system is the agent's own" },
  { name: "an application in report mode", over: { mode: "Report" as const }, job: {}, says: "only reported on" },
])("a Job for $name is refused", async ({ over, job: asked, says }) => {
  await fleet.startAgent();
  const syncPolicy = { ...policy, limits: { namespaces: ["shop", "drover-system"] }, ...over };
  fleet.controlPlane.jobs = [wanted("one", asked)];
  fleet.controlPlane.assign(assignment(bundle(), { syncPolicy }));
  expect((await ended("one", "Refused")).message).toContain(says);
});

test("a Job of that name which is not the gate's is left alone", async () => {
  await wantIn();
  await fleet.cluster.admin.create("kubectl", gateRef("one"), job("drover-gate-one", {}) as KubeObject);
  want(wanted("one"));
  expect((await ended("one", "Refused")).message).toContain("is not this gate's");
  want();
  await eventually("it is not reported any more", () => fleet.controlPlane.reports.at(-1)?.jobs === undefined);
  expect(await live("one")).toBeDefined();
});

test("a Job of another generation does not run", async () => {
  await wantIn(undefined, wanted("old", { generation: 2 }), wanted("now"));
  await ended("now", "Succeeded");
  expect(await live("old")).toBeUndefined();
  expect(fleet.controlPlane.reports.flatMap(({ jobs = [] }) => jobs).map(({ id }) => id)).not.toContain("old");
});

test("a Job is made as the application's own user", async () => {
  const users: string[] = [];
  const watched = (kube: Kube, user: string): Kube => ({
    ...kube,
    create: (ref, object, signal) => {
      if (ref.resource.kind === "Job") users.push(user);
      return kube.create(ref, object, signal);
    },
    as: (other) => watched(kube.as(other), other),
    fenced: (check) => watched(kube.fenced(check), user),
  });
  await fleet.startAgent(watched(fleet.cluster.kube, ""));
  fleet.controlPlane.jobs = [wanted("one")];
  fleet.controlPlane.assign(assignment(bundle(), { syncPolicy: { ...policy, serviceAccountName: "deployer" } }));
  await ended("one", "Succeeded");
  expect(users).toEqual(["system:serviceaccount:shop:deployer"]);
});

test("nothing begins and nothing is deleted while somebody has put the cluster into maintenance", async () => {
  const kube = stuckJobs(fleet.cluster.kube);
  const agent = await fleet.startAgent(kube);
  want(wanted("before"));
  await ended("before", "Running");
  await agent.stop();
  const flag = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "drover-agent", annotations: { "drover.dev/maintenance": "true" } },
  };
  await fleet.cluster.admin.create("kubectl", configMapRef("drover-agent", "drover-system"), flag);
  await fleet.startAgent(kube);
  want(wanted("one"));
  await eventually("the envelope is in force", () => fleet.controlPlane.reports.at(-1)?.sequence === 2);
  expect([await live("one"), await live("before")]).toEqual([undefined, expect.anything()]);
});

test("what somebody wrote into the agent's memory of Jobs does not keep it from starting", async () => {
  const agent = await fleet.startAgent();
  want(wanted("one"));
  await ended("one", "Succeeded");
  await agent.stop();
  const secrets = { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true, verbs: [] };
  const memory = { resource: secrets, namespace: "drover-system", name: "drover-gate-jobs" };
  await fleet.cluster.admin.merge("kubectl", memory, { data: { runs: Buffer.from("{nothing").toString("base64") } });
  fleet.controlPlane.reports.length = 0;
  await fleet.startAgent();
  expect(await ended("one", "Succeeded")).toMatchObject({ message: "" });
});

/** The names of all Jobs that were made. */
function jobsMade(kube: Kube): { readonly kube: Kube; readonly made: readonly string[] } {
  const made: string[] = [];
  const counting = changed(kube, (under) => ({
    create: async (ref, object, signal) => {
      const created = await under.create(ref, object, signal);
      if (ref.resource.kind === "Job") made.push(ref.name);
      return created;
    },
  }));
  return { kube: counting, made };
}

/** Jobs of these ids, or all, never begin: their pods are not even made. */
function stuckJobs(kube: Kube, ...ids: readonly string[]): Kube {
  return changed(kube, (under) => ({
    create: (ref, object, signal) => {
      const isStuck = ref.resource.kind === "Job" && (ids.length === 0 || ids.some((id) => ref.name.endsWith(`-${id}`)));
      const spec = memberAt(object, "spec") as object;
      return under.create(ref, isStuck ? { ...object, spec: { ...spec, suspend: true } } : object, signal);
    },
  }));
}
