import { DroverError, type JsonObject, member } from "@drover/kit";
import type { Query, QueryObject } from "@drover/proto/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Kube, KubeObject, ObjectRef, Resource } from "../src/app/kube.ts";
import {
  assignment,
  configMap,
  configMapRef,
  createTestFleet,
  deployment,
  deploymentRef,
  eventually,
  policy,
  type TestFleet,
} from "./support/fleet.ts";

const resource = (kind: string, plural: string): Resource => ({ group: "", version: "v1", kind, plural, namespaced: true, verbs: [] });
const secretRef: ObjectRef = { resource: resource("Secret", "secrets"), namespace: "shop", name: "credentials" };
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A server that quotes in its refusals what it was sent, and more. */
const quoting = (kube: Kube, text: string): Kube => ({
  ...kube,
  as: () => quoting(kube, text),
  fenced: (check) => quoting(kube.fenced(check), text),
  logs: () => {
    throw new DroverError("invalid", "KUBE_INVALID", `read the log: refused ${text}`);
  },
  apply: async (ref, object, options, signal) => {
    if (options.dryRun === true && object.kind !== "ConfigMap")
      throw new DroverError("invalid", "KUBE_INVALID", `apply: refused ${JSON.stringify(object)}`);
    return kube.apply(ref, object, options, signal);
  },
});

/** A world in which the same values are in git, in the cluster, and wherever else people and programs put them. */
async function worldWith(git: string, cluster: string, hook: string): Promise<TestFleet> {
  const fleet = createTestFleet();
  await fleet.startAgent(quoting(fleet.cluster.kube, cluster));
  const secret: JsonObject = { apiVersion: "v1", kind: "Secret", metadata: { name: "credentials" }, stringData: { password: git } };
  const bundle = fleet.controlPlane.bundle([
    secret,
    { ...secret, metadata: { name: "of-a-hook", annotations: { "helm.sh/hook": "pre-install,pre-upgrade" } }, stringData: { a: hook } },
    deployment("web", { annotations: { connect: `db://${git}@host` } }),
    configMap("settings", { url: `https://user:${git}@host/`, copy: base64(git), kept: "plain", hook }),
  ]);
  fleet.controlPlane.assign(assignment(bundle, { syncPolicy: { ...policy, drift: { mode: "warn", people: "report" } } }));
  const { admin } = fleet.cluster;
  await eventually("all is applied", async () => fleet.controlPlane.status("shop")?.health === "Healthy");
  const copy = JSON.stringify({ ...secret, stringData: { password: cluster } });
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": copy, note: cluster };
  await admin.merge("kubectl", secretRef, {
    metadata: { annotations },
    data: { password: base64(cluster), added: base64(`${git}${cluster}`) },
  });
  await admin.merge("kubectl", configMapRef("settings"), { data: { url: `https://user:${cluster}@host/` } });
  const web = await admin.get(deploymentRef("web"));
  const event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "told" },
    involvedObject: { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web", uid: web?.metadata["uid"] ?? "" },
    reason: "Failed",
    message: `${"x".repeat(780)} refused ${cluster} and ${base64(git)}`,
  };
  await admin.create("kubelet", { ...secretRef, resource: resource("Event", "events"), name: "told" }, event as unknown as KubeObject);
  await admin.merge("controller", deploymentRef("web"), { status: { conditions: [failing(cluster)] } }, "status");
  await eventually("the drift is seen", () => fleet.controlPlane.status("shop")?.sync === "OutOfSync");
  return fleet;
}

const failing = (text: string): JsonObject => ({
  type: "ReplicaFailure",
  status: "True",
  reason: "FailedCreate",
  message: `quota of ${text}`,
});

const kinds: readonly Query["kind"][] = ["refresh", "tree", "diff", "dryRun", "events"];
const objects: readonly QueryObject[] = [
  { group: "", kind: "Secret", namespace: "shop", name: "credentials" },
  { group: "", kind: "ConfigMap", namespace: "shop", name: "settings" },
  { group: "apps", kind: "Deployment", namespace: "shop", name: "web" },
];

async function everythingSaid({ controlPlane }: TestFleet): Promise<readonly string[]> {
  const questions = [
    ...kinds.map((kind) => ({ kind })),
    { kind: "logs" as const, object: objects[2]!, logs: { follow: false, previous: false, tailLines: 1 } },
    ...objects.flatMap((object) => (["live", "diff", "events"] as const).map((kind) => ({ kind, object }))),
  ];
  return Promise.all(questions.map((question) => controlPlane.ask(question).catch((error: Error) => error.message)));
}

const windows = (text: string): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - 7) }, (_, at) => text.slice(at, at + 8));

/** Characters that no word of ours begins with, and those that JSON and addresses write in ways of their own. */
const values = fc
  .string({ unit: fc.constantFrom(...'XYZQJ0179"\\ /%漢'), minLength: 8, maxLength: 40 })
  .filter((value) => value.trim().length >= 8);

test("no answer but a log has a part of a Secret's value in it", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(values, values, values, async (git, cluster, hook) => {
      const fleet = await worldWith(git, cluster, hook);
      try {
        const said = await everythingSaid(fleet);
        const all = said.join("\n");
        for (const value of [git, cluster, hook])
          for (const form of [value.trim(), JSON.stringify(value.trim()).slice(1, -1), base64(value.trim()).replace(/=+$/, "")])
            for (const window of windows(form)) expect(all.includes(window) ? `${window} of ${form}` : "").toBe("");
        expect(all).toContain("plain");
        expect(all).toContain("refused");
      } finally {
        await fleet.stop();
      }
    }),
    { numRuns: 12 },
  );
});

test("a diff of a Secret shows which keys differ", async () => {
  const fleet = await worldWith("the first password", "the second password", "a third one");
  try {
    const { objects: found } = JSON.parse(await fleet.controlPlane.ask({ kind: "diff", object: objects[1]! })) as { objects: JsonObject[] };
    expect(found[0]).toMatchObject({ change: "Change", fields: [".data.url"] });
    const { object } = JSON.parse(await fleet.controlPlane.ask({ kind: "live", object: objects[0]! })) as { object: JsonObject };
    const data = member(object, "data") as JsonObject;
    expect(Object.keys(data).toSorted()).toEqual(["added", "password"]);
    expect(data["password"]).toMatch(/^••••[0-9a-f]{6}$/);
    expect(data["added"]).not.toBe(data["password"]);
  } finally {
    await fleet.stop();
  }
});
