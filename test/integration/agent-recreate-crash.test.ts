import { type JsonObject, memberAt, parseJson } from "@drover/kit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { configMap } from "../../agent/test/support/fleet.ts";
import { createAgentWorld, type FaultyWorld, type TestAgent } from "../support/agent-on-kubernetes.ts";

// Ways of writing that take several requests: wherever the agent dies between them, its successor ends what was begun.

let world: FaultyWorld;
beforeAll(async () => {
  world = await createAgentWorld({ proxy: true });
});
afterAll(() => world?.dispose());

interface Writing {
  readonly name: string;
  readonly before: (name: string) => JsonObject;
  readonly after: (name: string) => JsonObject;
}

const fixed = (name: string, a: string): JsonObject => ({
  ...configMap(name, { a }),
  metadata: { name, annotations: { "drover.dev/sync-options": "Recreate=true" } },
  immutable: true,
});
const whole = (name: string, a: string): JsonObject => ({
  ...configMap(name, { a }),
  metadata: { name, annotations: { "drover.dev/sync-options": "Replace=true" } },
});

const writings: readonly Writing[] = [
  { name: "recreated", before: (name) => fixed(name, "1"), after: (name) => fixed(name, "2") },
  { name: "replaced", before: (name) => whole(name, "1"), after: (name) => whole(name, "2") },
];

/** Crashes around the n-th write of an object, and answers whether there was one. */
async function crashAt(nth: number, kind: "crash-before" | "crash-after", { name, before, after }: Writing): Promise<boolean> {
  const application = `${name}-${kind}-${nth}`;
  const agent = await world.startAgent();
  onTestFinished(() => agent.stop());
  await world.run([before(application)], { application });
  const killed = Promise.withResolvers<"crashed">();
  const crash = (): void => killed.resolve(agent.kill().then(() => "crashed"));
  const rule = world.proxy.addRule({ when: { verb: "write", name: application, namespace: world.namespace }, nth, fault: { kind, crash } });
  world.assign([after(application)], { application });
  const ended = await Promise.race([killed.promise, world.settled({ application }).then(() => "settled")]);
  rule.remove();
  const last: TestAgent = ended === "crashed" ? await world.startAgent() : agent;
  onTestFinished(() => last.stop());
  await world.settled({ application });
  const live = parseJson(await world.kubectl("get", "configmap", application, "-o", "json")) as JsonObject;
  expect([live["data"], memberAt(live, "metadata", "labels", "drover.dev/owner")], `${kind} write ${nth}`).toEqual([
    { a: "2" },
    expect.stringContaining(application),
  ]);
  await last.stop();
  return ended === "crashed";
}

test.each(writings)("an object is $name to the end wherever the agent dies in it", { timeout: 90_000 }, async (writing) => {
  for (const kind of ["crash-before", "crash-after"] as const) {
    let nth = 1;
    while (await crashAt(nth, kind, writing)) nth += 1;
    expect(nth).toBeGreaterThan(2);
  }
});
