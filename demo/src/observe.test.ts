import type { KubeObject } from "@drover/agent";
import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { v1, v2, versionLabel } from "./git/web-application.ts";
import { differences, shows, waitingContainers } from "./observe.ts";

const object = (kind: string, name: string, version: string, rest: JsonObject = {}): KubeObject => ({
  apiVersion: kind === "Deployment" ? "apps/v1" : "v1",
  kind,
  metadata: { name, generation: 3, labels: { [versionLabel]: version } },
  ...rest,
});

const deployment = (name: string, version: string, replicas: number, status: JsonObject = {}): KubeObject =>
  object("Deployment", name, version, {
    spec: { replicas },
    status: { observedGeneration: 3, replicas, updatedReplicas: replicas, readyReplicas: replicas, ...status },
  });

const config = (version: string, data: JsonObject = {}): KubeObject =>
  object("ConfigMap", "web-config", version, { data: { version, environment: "staging", greeting: `hello from ${version}`, ...data } });

const running = (version: "v1" | "v2"): readonly KubeObject[] => [
  deployment("web", version, 2),
  deployment("worker", version, 1),
  object("Service", "web", version),
  config(version),
  ...(version === "v1" ? [object("ConfigMap", "web-banner", version)] : []),
];

/** The objects with those of the same kind and name replaced. */
const having = (objects: readonly KubeObject[], ...changed: readonly KubeObject[]): readonly KubeObject[] => [
  ...objects.filter(({ kind, metadata }) => !changed.some((one) => one.kind === kind && one.metadata.name === metadata.name)),
  ...changed,
];

test.each([
  { name: "nothing when all of it runs", objects: running("v2"), want: [] },
  { name: "what is missing", objects: running("v2").slice(1), want: ["there is no Deployment web"] },
  { name: "another version", objects: having(running("v2"), object("Service", "web", "v1")), want: ["Service web is v1"] },
  {
    name: "replicas that are not ready",
    objects: having(running("v2"), deployment("web", "v2", 2, { readyReplicas: 1 })),
    want: ["Deployment web has 1 ready replicas of 2"],
  },
  {
    name: "a status that speaks of an older spec",
    objects: having(running("v2"), deployment("web", "v2", 2, { observedGeneration: 2 })),
    want: ["Deployment web is not yet seen by its controller"],
  },
  {
    name: "values of another environment, and added ones",
    objects: having(running("v2"), config("v2", { environment: "production", extra: "by hand" })),
    want: ['ConfigMap web-config has environment: "production"', 'ConfigMap web-config has extra: "by hand"'],
  },
  {
    name: "what should have been pruned",
    objects: [...running("v2"), object("ConfigMap", "web-banner", "v1")],
    want: ["ConfigMap web-banner is still there"],
  },
])("a version differs by $name", ({ objects, want }) => expect(differences(objects, v2, "staging")).toEqual(want));

test("a version with a banner needs it", () => {
  expect(differences(running("v1"), v1, "staging")).toEqual([]);
  expect(differences(running("v1").slice(0, 4), v1, "staging")).toEqual(["there is no ConfigMap web-banner"]);
});

test("a cluster shows a version as soon as one object of it is there", () => {
  expect(shows(having(running("v1"), config("v2")), v2)).toBe(true);
  expect(shows(running("v1"), v2)).toBe(false);
});

test("names the containers that wait, and why", () => {
  const waiting = { name: "web", state: { waiting: { reason: "CrashLoopBackOff" } } };
  const pod = object("Pod", "web-1", "v3", { status: { containerStatuses: [waiting, { name: "side", state: { running: {} } }] } });
  expect(waitingContainers([pod])).toEqual([{ pod: "web-1", container: "web", reason: "CrashLoopBackOff" }]);
});
