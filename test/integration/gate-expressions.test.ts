import { expect, test } from "vitest";
import { evaluateInThread } from "../../control-plane/src/adapters/cel/evaluate.ts";
import { gateWorld } from "../support/gate-world.ts";

const well = {
  name: "well",
  type: "Cel",
  expression: "clusters.all(c, c.health == 'Healthy' && c.sync == 'Synced') && counts.succeeded == 1 && wave.name == 'canary'",
} as const;

test("an expression over what the wave reports opens the next wave", async () => {
  const { world, work, gates } = await gateWorld({ after: [well] });
  await world.pin("v1");
  await work();
  expect(await gates()).toEqual([]);
  await world.report(["a"], "Healthy");
  await work();
  expect(await gates()).toMatchObject([{ state: "Passed", when: "After", measurements: [{ ok: true, value: "1 of 1 clusters Healthy" }] }]);
  expect(await world.states()).toEqual({ a: "succeeded", b: "inFlight" });
});

test("what was reported of another generation or bundle opens nothing, however healthy it was", async () => {
  const { world, work, gates } = await gateWorld({ after: [{ ...well, failureLimit: 5, interval: "1s" }] });
  await world.pin("v1");
  await world.report(["a"], "Healthy");
  await world.database.query({ text: "update statuses set generation = generation - 1" }); // an old report, replayed
  await work();
  expect(await gates()).toMatchObject([{ state: "Open", measurements: [{ ok: false, value: "0 of 1 clusters Healthy" }] }]);
  await world.database.query({ text: "update statuses set generation = generation + 1, bundle = 'sha256:' || repeat('0', 64)" });
  world.passTime(1_000);
  await world.database.query({ text: "update work set due_at = now() where queue = 'gate'" });
  await work();
  expect(await gates()).toMatchObject([{ state: "Open", succeeded: 0, failed: 2 }]);
  expect(await world.states()).toEqual({ a: "succeeded", b: "waiting" });
});

test.each([
  { name: "a million comparisons", expression: "clusters.all(a, clusters.exists(b, b.name == 'nobody'))" },
  { name: "a regular expression without end", expression: "text.matches('(a+)+$')" },
])("$name end in their time, and hold nothing up", async ({ expression }) => {
  const clusters = Array.from({ length: 2_000 }, (_, index) => ({ name: `c${index}` }));
  const values = { clusters: [...clusters, { name: "nobody-else" }], text: `${"a".repeat(40)}!` };
  let longestMs = 0;
  let last = performance.now();
  const pulse = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  }, 5);
  const looping = expression.includes("clusters")
    ? expression.replace("exists(b, b.name == 'nobody')", "all(b, b.name != a.name + 'x')")
    : expression;
  const said = await evaluateInThread({ expression: looping, values }, 300, AbortSignal.timeout(30_000));
  clearInterval(pulse);
  expect(said).toEqual({ problem: "evaluating it takes longer than 0.3 s" });
  expect(longestMs).toBeLessThan(250);
});

test("an expression that fails says why, and an aborted one is thrown", async () => {
  const job = { expression: "values.missing == 1", values: { values: {} } };
  expect(await evaluateInThread(job, 1_000, AbortSignal.timeout(30_000))).toEqual({ problem: "No such key: missing" });
  await expect(evaluateInThread(job, 1_000, AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
});
