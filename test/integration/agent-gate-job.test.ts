import type { JobStatus, WantedJob } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configMap, policy } from "../../agent/test/support/fleet.ts";
import { type AgentWorld, createAgentWorld } from "../support/agent-on-kubernetes.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: AgentWorld;
beforeAll(async () => {
  world = await createAgentWorld();
  await world.startAgent();
});
afterAll(() => world?.dispose());

/** Puts jobs in force that judge what is assigned now. */
function want(...jobs: readonly (Partial<WantedJob> & Pick<WantedJob, "id">)[]): void {
  const { controlPlane, namespace } = world;
  controlPlane.jobs = jobs.map((job) => {
    const assigned = world.assigned().find(({ application }) => application === (job.application ?? "shop"))!;
    const judged = { application: "shop", generation: assigned.generation, bundle: assigned.bundle.sha256, namespace };
    return { ...judged, image: "example.com/smoke:1", deadlineSeconds: 60, ...job };
  });
  controlPlane.assign(...world.assigned());
}

const ended = (id: string, state: JobStatus["state"]): Promise<JobStatus> =>
  waitUntil(`${id} is ${state}`, () => {
    const status = world.controlPlane.reports.at(-1)?.jobs?.find((job) => job.id === id);
    if (status?.state !== state) throw new Error(JSON.stringify(status));
    return status;
  });

const isThere = async (id: string): Promise<boolean> =>
  (await world.kubectl("get", "job", `drover-gate-${id}`, "--ignore-not-found", "-o", "name")) !== "";
const specOf = async (id: string, path: string): Promise<string> =>
  world.kubectl("get", "job", `drover-gate-${id}`, "-o", `jsonpath={.spec.${path}}`);

test("a Job succeeds, is no part of its application, and goes when nobody wants it any more", async () => {
  await world.run([configMap("settings")]);
  want({ id: "ok", env: { TARGET: "web" } });
  await ended("ok", "Succeeded");
  expect(await specOf("ok", "activeDeadlineSeconds")).toBe("60");
  expect(await specOf("ok", "template.spec.automountServiceAccountToken")).toBe("false");
  expect(world.controlPlane.status("shop")).toMatchObject({ sync: "Synced", objects: 1, drifted: 0 });
  want();
  await waitUntil("it is gone", async () => !(await isThere("ok")));
});

test("a Job that fails says what its container ended with, and what it wrote last; it stays to be looked at", async () => {
  await world.run([configMap("settings")]);
  want({ id: "no", command: ["false"] }, { id: "late", image: "example.com/late:1", serviceAccountName: "missing", deadlineSeconds: 1 });
  const { message } = await ended("no", "Failed");
  expect(message).toContain("exit code 1 (Error)");
  expect(message).toContain("; log: ");
  expect((await ended("late", "Failed")).message).toContain("DeadlineExceeded");
  want();
  await waitUntil("it is not reported any more", () => world.controlPlane.reports.at(-1)?.jobs === undefined);
  expect(await isThere("no")).toBe(true);
});

test("a Job that the application's account may not make, or whose namespace does not exist, is refused with the server's words", async () => {
  await world.kubectl("create", "serviceaccount", "reader");
  await world.kubectl("create", "role", "reader", "--verb=get,list,watch,create,patch,delete", "--resource=configmaps");
  await world.kubectl("create", "rolebinding", "reader", "--role=reader", `--serviceaccount=${world.namespace}:reader`);
  await world.run([configMap("own")], { application: "tenant", syncPolicy: { ...policy, syncOptions: [], serviceAccountName: "reader" } });
  await world.run([configMap("settings")]);
  want({ id: "forbidden", application: "tenant" }, { id: "nowhere", namespace: `${world.namespace}-none` });
  expect((await ended("forbidden", "Refused")).message).toMatch(/cannot (get|create) resource "jobs"/);
  expect((await ended("nowhere", "Refused")).message).toContain(`namespaces "${world.namespace}-none" not found`);
});

test("an agent that is killed while a Job runs finds it again", async () => {
  const other = await createAgentWorld();
  try {
    const agent = await other.startAgent();
    await other.run([configMap("settings")]);
    const [{ generation, bundle }] = other.assigned() as [ReturnType<AgentWorld["assigned"]>[number]];
    const job = { id: "long", application: "shop", generation, bundle: bundle.sha256, namespace: other.namespace };
    // Its pod is never made: the account is missing until somebody creates it.
    other.controlPlane.jobs = [{ ...job, image: "example.com/smoke:1", serviceAccountName: "smoke", deadlineSeconds: 60 }];
    other.controlPlane.assign(...other.assigned());
    await waitUntil("it runs", () => other.controlPlane.reports.at(-1)?.jobs?.[0]?.state === "Running");
    const uid = await other.kubectl("get", "job", "drover-gate-long", "-o", "jsonpath={.metadata.uid}");
    await agent.kill();
    await other.kubectl("create", "serviceaccount", "smoke");
    await other.startAgent();
    await waitUntil("it succeeded", () => other.controlPlane.reports.at(-1)?.jobs?.[0]?.state === "Succeeded");
    expect(await other.kubectl("get", "job", "drover-gate-long", "-o", "jsonpath={.metadata.uid}")).toBe(uid);
  } finally {
    await other.dispose();
  }
});
