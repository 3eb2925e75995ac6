import { createServer, type RequestListener } from "node:http";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { CallOptions } from "../../control-plane/src/adapters/http/call-checked.ts";
import { gateWorld } from "../support/gate-world.ts";

/** A little server of the test's own, and how gates may reach it. */
async function serve(listener: RequestListener): Promise<{ url: string; calls: CallOptions }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const credentialsDir = await mkdtemp(join(tmpdir(), "drover-gates-"));
  onTestFinished(() => rm(credentialsDir, { recursive: true }));
  const resolveHost = async (): Promise<readonly string[]> => ["127.0.0.1"];
  return {
    url: `http://metrics.example:${port}`,
    calls: { egress: { allow: [`metrics.example:${port}`], privateRanges: "refused" }, credentialsDir, resolveHost },
  };
}

const vector = (...values: readonly string[]): string =>
  JSON.stringify({
    status: "success",
    data: { resultType: "vector", result: values.map((value, index) => ({ metric: { pod: `p${index}` }, value: [1, value] })) },
  });

test("a Prometheus gate is measured at its interval, and passes after its count", async () => {
  const asked: string[] = [];
  const { url, calls } = await serve((request, response) => {
    asked.push(request.url ?? "");
    response.end(vector("0.001"));
  });
  const gate = { name: "errors", type: "Prometheus", address: url, query: "rate(e[5m])", condition: "result < 0.01", count: 3 } as const;
  const { world, work, gates } = await gateWorld({ before: [{ ...gate, interval: "20s" }] }, { calls });
  await world.pin("v1");
  for (const succeeded of [1, 2]) {
    await work();
    expect(await gates()).toMatchObject([{ state: "Open", succeeded }]);
    await work();
    expect(asked).toHaveLength(succeeded); // not before its interval
    world.passTime(20_000);
    await world.database.query({ text: "update work set due_at = now() where queue = 'gate'" });
  }
  await work();
  expect(await gates()).toMatchObject([
    {
      state: "Passed",
      message: "3 of 3 measurements succeeded",
      measurements: [{ n: 3, ok: true, value: "result 0.001" }, { n: 2 }, { n: 1 }],
    },
  ]);
  expect(asked[0]).toBe("/api/v1/query?query=rate(e%5B5m%5D)");
  expect(await world.states()).toEqual({ a: "inFlight", b: "waiting" });
});

test.each([
  { name: "too high", body: vector("0.2"), message: /result 0\.2: result < 0\.01 is false$/ },
  { name: "no sample", body: vector(), message: /the query has no result/ },
  { name: "a NaN", body: vector("NaN"), message: /not a number/ },
  { name: "an error", body: '{"status":"error","error":"parse error"}', message: /Prometheus answers no success: parse error/ },
  { name: "HTML", body: "<html>", message: /Prometheus answers no success/ },
  { name: "more than is read", body: "x".repeat(100_000), message: /larger than 64 KiB/ },
])("a Prometheus gate fails with $name, and halts its rollout", async ({ body, message }) => {
  const { url, calls } = await serve((_request, response) => response.end(body));
  const gate = { name: "errors", type: "Prometheus", address: url, query: "e", condition: "result < 0.01" } as const;
  const { world, work, gates } = await gateWorld({ before: [gate] }, { calls });
  await world.pin("v1");
  await work();
  const [{ state, message: said } = {}] = await gates();
  expect([state, said]).toEqual(["Failed", expect.stringMatching(message)]);
  expect(await world.rollouts()).toEqual(["r1 Environment v1 Halted"]);
});

test("an HTTP gate judges status and JSON, with its token, and follows nobody", async () => {
  const seen: (string | undefined)[] = [];
  const { url, calls } = await serve((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url === "/moved") response.writeHead(302, { location: "/healthz" });
    response.end('{"ready": true, "queue": 3}');
  });
  await mkdir(join(calls.credentialsDir, "shop"));
  await writeFile(join(calls.credentialsDir, "shop/token"), "s3cret\n");
  const http = { type: "Http", credentialsRef: "shop" } as const;
  const { world, work, gates } = await gateWorld(
    {
      before: [
        { ...http, name: "json", url: `${url}/healthz`, condition: "json.ready && json.queue < 10 && status == 200" },
        { ...http, name: "moved", url: `${url}/moved` },
        { name: "nobody", type: "Http", url: `${url}/healthz`, credentialsRef: "missing" },
      ],
    },
    { calls },
  );
  await world.pin("v1");
  await work();
  const found = Object.fromEntries((await gates()).map(({ gate, state, message }) => [gate, [state, message] as const]));
  expect(found["json"]?.[0]).toBe("Passed");
  expect(found["moved"]).toEqual(["Failed", expect.stringContaining("status 302")]);
  expect(found["nobody"]?.[1]).toContain("must hold token");
  expect(seen).toEqual(["Bearer s3cret", "Bearer s3cret"]);
  expect(JSON.stringify(found)).not.toContain("s3cret");
});

test("what resolves to loopback or metadata is not called, and what does not answer fails in its time", async () => {
  let asked = 0;
  const { url, calls } = await serve(() => void (asked += 1)); // takes the call and never answers
  const addresses: Readonly<Record<string, string>> = { "loop.example": "127.0.0.1", "meta.example": "169.254.169.254" };
  const port = new URL(url).port;
  const { world, work, gates } = await gateWorld(
    {
      before: [
        { name: "loop", type: "Http", url: `http://loop.example:${port}/` },
        { name: "meta", type: "Http", url: "http://meta.example/latest" },
        { name: "silent", type: "Http", url: `${url}/`, timeout: "300ms" },
      ],
    },
    { calls: { ...calls, resolveHost: async (host) => [addresses[host] ?? "127.0.0.1"] } },
  );
  await world.pin("v1");
  await work();
  const found = Object.fromEntries((await gates()).map(({ gate, message }) => [gate, message]));
  expect(found["loop"]).toContain("127.0.0.1, a local address; add loop.example:");
  expect(found["meta"]).toContain("169.254.169.254, a metadata address");
  expect(found["silent"]).toContain("no answer within 0.3 s");
  expect(asked).toBe(1);
});

test("failures may happen as often as the limit says, and not once more", async () => {
  const answers = [500, 200, 500, 500];
  const { url, calls } = await serve((_request, response) => response.writeHead(answers.shift() ?? 200).end());
  const gate = { name: "up", type: "Http", url, count: 5, failureLimit: 2, interval: "1s" } as const;
  const { world, work, gates } = await gateWorld({ before: [gate] }, { calls });
  await world.pin("v1");
  const states: unknown[] = [];
  for (let n = 0; n < 4; n += 1) {
    await work();
    states.push((await gates()).map(({ state, succeeded, failed }) => `${state} ${succeeded}+${failed}`)[0]);
    world.passTime(1_000);
    await world.database.query({ text: "update work set due_at = now() where queue = 'gate'" });
  }
  expect(states).toEqual(["Open 0+1", "Open 1+1", "Open 1+2", "Failed 1+3"]);
});

test("two replicas that measure one gate at once count once", async () => {
  const { url, calls } = await serve((_request, response) => setTimeout(() => response.end(), 50));
  const { world, gates, evaluate } = await gateWorld({ before: [{ name: "up", type: "Http", url, count: 2, interval: "1h" }] }, { calls });
  await world.pin("v1");
  const { rows } = await world.database.query<{ id: string }>({ text: "select id from gate_runs" });
  const id = rows[0]?.id ?? "";
  const results = await Promise.allSettled([1, 2, 3].map(() => evaluate(id, AbortSignal.timeout(5_000))));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(results.flatMap((result) => (result.status === "rejected" ? [(result.reason as { code: string }).code] : []))).toEqual([
    "GATE_CHANGED",
    "GATE_CHANGED",
  ]);
  expect(await gates()).toMatchObject([{ succeeded: 1, measurements: [{ n: 1 }] }]);
});

test("a paused rollout's gate is not measured, and goes on when it is resumed", async () => {
  let asked = 0;
  const { url, calls } = await serve((_request, response) => {
    asked += 1;
    response.end();
  });
  const { world, as, work } = await gateWorld({ before: [{ name: "up", type: "Http", url, count: 2, interval: "1s" }] }, { calls });
  await world.pin("v1");
  const oscar = await as("oscar", "operator");
  await oscar("pauseRollout", { params: { rollout: "r1" }, body: { reason: "lunch" } });
  await work();
  expect(asked).toBe(0);
  await oscar("resumeRollout", { params: { rollout: "r1" }, body: { reason: "back" } });
  await work();
  expect(asked).toBe(1);
  await oscar("abortRollout", { params: { rollout: "r1" }, body: { reason: "no" } });
  world.passTime(10_000);
  await world.database.query({ text: "update work set due_at = now() where queue = 'gate'" });
  await work();
  expect(asked).toBe(1);
});
