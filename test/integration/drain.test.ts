import { connect, type TLSSocket } from "node:tls";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import { pushSmallFleet } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const exitWithinMs = 10_000;

test("SIGTERM: not ready at once, what was begun is answered, watches end, and nobody holds keys", async () => {
  const world = await prepareControlPlane();
  onTestFinished(world.stop);
  await pushSmallFleet(world, ["eu-1"]);
  const replica = await world.start();
  const token = (await readFile(world.tokenFile, "utf8")).trim();

  const watch = await replica.fetch(`${replica.apiUrl}/v1/events/watch`, { headers: { authorization: `Bearer ${token}` } });
  const events = watch.text();
  await replica.client()("createCluster", { body: { name: "eu-0", labels: {}, reason: "test" } });
  const prober = await open(world, replica);
  expect(await ask(prober, "/readyz")).toMatch(/^HTTP\/1.1 200/);
  // A request of which the server has the head and half of the body.
  const body = JSON.stringify({ name: "eu-2", labels: {}, reason: "test" });
  const client = await open(world, replica);
  const head = ["POST /v1/clusters HTTP/1.1", "host: drover", `authorization: Bearer ${token}`, "content-type: application/json"];
  client.write(`${head.join("\r\n")}\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`);
  await waitUntil("the request has arrived", async () => (await ask(prober, "/livez")).includes(" 200 "));

  const begun = performance.now();
  replica.process.signal("SIGTERM");
  await waitUntil("it says that it is not ready", async () => (await ask(prober, "/readyz")).startsWith("HTTP/1.1 503"));
  expect(await events).toContain("event:");
  client.write(body.slice(10));
  expect(await answerOf(client)).toMatch(/^HTTP\/1.1 201/);

  expect(await replica.process.ended).toBe("exited with status 0");
  expect(performance.now() - begun).toBeLessThan(exitWithinMs);
  const { rows } = await world.database.query({ text: "select queue, key from work where lease_until > now()" });
  expect(rows).toEqual([]);
});

async function open({ caFile }: TestControlPlane, { apiUrl }: Replica): Promise<TLSSocket> {
  const socket = connect({ port: Number(new URL(apiUrl).port), host: "127.0.0.1", ca: await readFile(caFile, "utf8") });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

async function ask(socket: TLSSocket, path: string): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: drover\r\n\r\n`);
  return answerOf(socket);
}

async function answerOf(socket: TLSSocket): Promise<string> {
  const [chunk] = (await once(socket, "data", { signal: AbortSignal.timeout(exitWithinMs) })) as [Buffer];
  return chunk.toString("utf8");
}
