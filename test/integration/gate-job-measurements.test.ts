import type { Gate } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import { type GateWorld, gateWorld } from "../support/gate-world.ts";

const smoke: Gate = { name: "smoke", type: "Job", job: { image: "smoke:1", args: ["--fast"] } };

/** What agents say of the Jobs that are wanted of them, as ingest would write it. */
async function answer({ world, work }: GateWorld, state: "Succeeded" | "Failed", message = ""): Promise<void> {
  await world.database.query({
    text: `with told as (update gate_jobs set state = $1, message = $2 where state in ('Wanted','Running') returning run_id)
           insert into work (queue, key, due_at) select 'gate', run_id, now() from told group by run_id
           on conflict (queue, key) do update set due_at = now()`,
    values: [state, message],
  });
  await work();
}

const wanted = async ({ world }: GateWorld): Promise<readonly string[]> => {
  const { rows } = await world.database.query<{ text: string }>({
    text: `select c.name || ' ' || g.attempt || '.' || g.n || ' ' || g.state as text from gate_jobs g join clusters c on c.id = g.cluster_id order by 1`,
  });
  return rows.map(({ text }) => text);
};

test("a Job runs where the wave succeeded, and its success opens the next wave", async () => {
  const all = await gateWorld({ after: [smoke] });
  const { world, work, gates } = all;
  await world.pin("v1");
  await work();
  expect(await wanted(all)).toEqual([]);
  await world.report(["a"], "Healthy");
  await work();
  expect(await wanted(all)).toEqual(["a 1.1 Wanted"]);
  expect(await gates()).toMatchObject([{ state: "Open", message: expect.stringContaining("a has not begun") }]);
  expect(await world.states()).toEqual({ a: "succeeded", b: "waiting" });
  await answer(all, "Succeeded");
  expect(await gates()).toMatchObject([{ state: "Passed", measurements: [{ ok: true, message: "its Job succeeded on a" }] }]);
  expect(await world.states()).toEqual({ a: "succeeded", b: "inFlight" });
});

test("a Job that fails halts the rollout, and resuming runs another one", async () => {
  const all = await gateWorld({ after: [smoke] });
  const { world, work, gates, as } = all;
  await world.pin("v1");
  await world.report(["a"], "Healthy");
  await work();
  await answer(all, "Failed", "exit code 3");
  expect(await gates()).toMatchObject([{ state: "Failed", message: expect.stringContaining("on a its Job failed: exit code 3") }]);
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Halted"]);
  await (
    await as("oscar", "operator")
  )("resumeRollout", { params: { rollout: "r1" }, body: { reason: "the test was wrong" } });
  await work();
  expect(await wanted(all)).toEqual(["a 1.1 Failed", "a 2.1 Wanted"]);
  await answer(all, "Succeeded");
  expect(await gates()).toMatchObject([{ state: "Passed", attempt: 2 }]);
});

test("a Job that nobody answers fails in its time, and is given up", async () => {
  const all = await gateWorld({ after: [{ ...smoke, timeout: "30s" }] });
  const { world, work, gates } = all;
  await world.pin("v1");
  await world.report(["a"], "Healthy");
  await work();
  world.passTime(30_001);
  await world.database.query({ text: "update work set due_at = now() where queue = 'gate'" });
  await work();
  expect(await gates()).toMatchObject([{ state: "Failed", message: expect.stringContaining("did not begin within 30s") }]);
  expect(await wanted(all)).toEqual(["a 1.1 Withdrawn"]);
});

test.each(["override", "abort"] as const)("an %s gives a Job up", async (what) => {
  const all = await gateWorld({ after: [smoke] });
  const { world, work, as } = all;
  await world.pin("v1");
  await world.report(["a"], "Healthy");
  await work();
  const root = await as("root", "admin");
  if (what === "override") await root("overrideGate", { params: { rollout: "r1", gate: "smoke" }, body: { reason: "known" } });
  else await root("abortRollout", { params: { rollout: "r1" }, body: { reason: "known" } });
  await world.database.query({ text: "update work set due_at = now() where queue = 'gate'" });
  await work();
  expect(await wanted(all)).toEqual(["a 1.1 Withdrawn"]);
});

test("before a later wave a Job runs where the wave before it has the release", async () => {
  const waves = [
    { name: "canary", clusters: ["a"] },
    { name: "rest", clusters: ["b"], gates: { before: [smoke] } },
  ];
  const all = await gateWorld({}, { strategy: { waves } });
  const { world, work } = all;
  await world.pin("v1");
  await world.report(["a"], "Healthy");
  await work();
  expect(await wanted(all)).toEqual(["a 1.1 Wanted"]);
  await answer(all, "Succeeded");
  expect(await world.states()).toEqual({ a: "succeeded", b: "inFlight" });
});
