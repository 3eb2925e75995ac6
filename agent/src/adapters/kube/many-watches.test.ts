import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createKube } from "./kube.ts";

const configMaps = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };

test("hundreds of watches leave every other request its turn", async () => {
  const { server, accepted } = await startServer();
  const connection = { server, tls: {}, authenticate: async () => ({}), forget: () => {} };
  const kube = createKube({ connection, timeoutMs: 5_000 });
  const stop = new AbortController();
  onTestFinished(async () => {
    stop.abort();
    await kube.close();
  });
  const watches = 300; // thirty applications, each with a ServiceAccount and ten kinds of its own
  const watch = async (namespace: string): Promise<void> => {
    for await (const event of kube.watch(configMaps, { namespace }, "1", stop.signal)) expect(event).toBeUndefined();
  };
  for (let at = 0; at < watches; at += 1) void watch(`tenant-${at}`).catch(() => {});
  await expect.poll(accepted, { timeout: 10_000 }).toBe(watches);
  const ref = { resource: configMaps, namespace: "shop", name: "settings" };
  expect(await kube.get(ref, stop.signal)).toMatchObject({ metadata: { name: "settings" } });
}, 20_000);

/** Accepts every watch and never says anything in it; anything else is answered with one object. */
async function startServer(): Promise<{ readonly server: string; readonly accepted: () => number }> {
  let accepted = 0;
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    if (!request.url!.includes("watch=")) return void response.end(JSON.stringify({ metadata: { name: "settings" } }));
    accepted += 1;
    response.flushHeaders();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, accepted: () => accepted };
}
