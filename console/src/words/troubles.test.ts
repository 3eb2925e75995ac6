import type { ApplicationStatus } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { sharedTroubles, troubleInWords, troublesOf } from "./troubles.ts";

const pulling = {
  group: "apps",
  kind: "Deployment",
  namespace: "shop",
  name: "web",
  container: "server",
  reason: "ImagePullBackOff",
  message: 'Back-off pulling image "web:9"',
};

const status = (cluster: string, over: Partial<ApplicationStatus>) => ({
  cluster,
  health: "Degraded" as const,
  sync: "Synced" as const,
  failing: [],
  ...over,
});

test.each([
  {
    name: "the object and its container",
    of: status("a", { failing: [pulling] }),
    want: ['Deployment/web server: ImagePullBackOff: Back-off pulling image "web:9"'],
  },
  {
    name: "the error that kept it from being applied",
    of: status("a", { sync: "OutOfSync", reason: "ApplyFailed", message: "Service web: Forbidden" }),
    want: ["ApplyFailed: Service web: Forbidden"],
  },
  { name: "nothing of what is well", of: status("a", { health: "Healthy", failing: [pulling] }), want: [] },
])("names $name", ({ of, want }) => expect(troublesOf(of).map(troubleInWords)).toEqual(want));

test("what many clusters have in common is told once, and first", () => {
  const alone = { ...pulling, container: "proxy", reason: "CrashLoopBackOff", message: "" };
  const told = sharedTroubles([
    status("a", { failing: [alone] }),
    status("b", { failing: [pulling, pulling] }),
    status("c", { failing: [{ ...pulling, message: "another second" }] }),
  ]);
  expect(told.map((trouble) => [troubleInWords(trouble), trouble.clusters])).toEqual([
    ['Deployment/web server: ImagePullBackOff: Back-off pulling image "web:9"', ["b", "c"]],
    ["Deployment/web proxy: CrashLoopBackOff", ["a"]],
  ]);
});
