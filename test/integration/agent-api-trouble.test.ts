import type { JsonObject } from "@drover/kit";
import { expect, onTestFinished, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { agentWorld, type FaultyWorld } from "../support/agent-on-kubernetes.ts";
import { fastClock } from "../support/fast-clock.ts";
import type { Fault } from "../support/fault-proxy/fault.ts";
import { waitUntil } from "../support/wait-until.ts";

// One object meets trouble at the API server: it is named with the reason and tried again, and the others do not wait for it.

const timeoutMs = 400;

const troubles: readonly { readonly name: string; readonly fault: Fault; readonly reason: string }[] = [
  { name: "409 without a conflict of fields", fault: { kind: "status", status: 409 }, reason: "Changing" },
  { name: "500", fault: { kind: "status", status: 500 }, reason: "Unavailable" },
  { name: "503", fault: { kind: "status", status: 503, retryAfterSeconds: 1 }, reason: "Unavailable" },
  { name: "no answer for the length of the deadline", fault: { kind: "hang" }, reason: "Unavailable" },
  { name: "a connection that is cut before the write", fault: { kind: "refuse" }, reason: "Unavailable" },
  { name: "a connection that is cut in the answer to the write", fault: { kind: "cut", afterBytes: 60 }, reason: "Unavailable" },
];

const dataOf = (world: FaultyWorld, name: string): Promise<string> =>
  world.kubectl("get", "configmap", name, "--ignore-not-found", "-o", "jsonpath={.data.a}");

const isFailing = (world: FaultyWorld, name: string, reason: string): Promise<true> =>
  waitUntil(`${name} is reported as ${reason}`, () => {
    const failing = world.controlPlane.status("shop")?.failing ?? [];
    if (failing.some((one) => one.name === name && one.reason === reason)) return true;
    throw new Error(JSON.stringify(failing));
  });

test.each(troubles)("$name: named, tried again, and nobody waits for it", async ({ fault, reason }) => {
  const world = await agentWorld({ proxy: true });
  const rule = world.proxy.addRule({ when: { verb: "apply", name: "troubled" }, fault });
  await world.startAgent({ kubeOptions: { timeoutMs }, clock: fastClock(5) });
  world.assign([configMap("troubled"), configMap("other")]);
  await isFailing(world, "troubled", reason);
  expect(await dataOf(world, "other")).toBe("1");
  rule.remove();
  await world.settled();
  expect(await dataOf(world, "troubled")).toBe("1");
});

test("an admission webhook that does not answer fails its objects alone", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  await world.run([configMap("other")]);
  await world.cluster.kubectl(["apply", "-f", "-"], JSON.stringify(deadWebhook(world.namespace)));
  const remove = () => world.cluster.kubectl(["delete", "validatingwebhookconfiguration", world.namespace, "--ignore-not-found"]);
  onTestFinished(async () => void (await remove()));
  await waitUntil("the webhook is in force", () => isRefused(world, "probe"));
  world.assign([configMap("other", { a: "2" }), secret]);
  await isFailing(world, "guarded", "Unavailable");
  expect(await dataOf(world, "other")).toBe("2");
  await remove();
  await world.settled();
});

test("trouble without end costs few requests, and does not keep the next generation waiting", async () => {
  const world = await agentWorld({ proxy: true });
  const clock = fastClock(20);
  await world.startAgent({ kubeOptions: { timeoutMs }, clock });
  for (const [index, { fault }] of troubles.entries()) world.proxy.addRule({ when: { verb: "apply", name: `troubled-${index}` }, fault });
  world.assign(troubles.map((_, index) => configMap(`troubled-${index}`)));
  await isFailing(world, "troubled-0", "Changing");
  const { length } = world.proxy.requests;
  await clock.sleep(60_000, new AbortController().signal);
  const inAMinute = world.proxy.requests.slice(length).filter(({ namespace }) => namespace === world.namespace);
  for (const [name, requests] of Map.groupBy(inAMinute, (request) => request.name))
    expect(requests.length, `requests for ${name}`).toBeLessThanOrEqual(30);
  await world.run([configMap("other")]);
});

const isRefused = (world: FaultyWorld, name: string): Promise<boolean> =>
  world.kubectl("create", "secret", "generic", name, "--dry-run=server").then(
    () => false,
    () => true,
  );

const secret: JsonObject = { apiVersion: "v1", kind: "Secret", metadata: { name: "guarded" }, stringData: { a: "1" } };

const deadWebhook = (namespace: string): JsonObject => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: namespace },
  webhooks: [
    {
      name: "dead.example.com",
      clientConfig: { url: "https://127.0.0.1:1/" },
      failurePolicy: "Fail",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["secrets"], operations: ["CREATE", "UPDATE"] }],
    },
  ],
});
