import { expect, test } from "vitest";
import { whatFails } from "./explain-failing.ts";

const object = { group: "apps", kind: "Deployment", namespace: "demo", name: "web", container: "app", message: "" };

const actionOf = (over: object): string | undefined =>
  whatFails({ cluster: "eu-1", application: "shop", failing: [{ ...object, reason: "CrashLoopBackOff", ...over }] })[0]?.action;

test.each(["ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName"])(
  "a container without its image has no logs: %s",
  (reason) => {
    expect(actionOf({ reason })).toBe("correct the image in git, or the pull secret");
  },
);

test("a container that died leads to what it wrote before", () => {
  const options = "--cluster eu-1 --namespace demo --container app --previous";
  expect(actionOf({ kind: "Pod", name: "web-1" })).toBe(`look at its logs: drover logs shop web-1 ${options}`);
  expect(actionOf({ message: "Pod web-7c9f-x2: back-off 10s" })).toBe(`look at its logs: drover logs shop web-7c9f-x2 ${options}`);
});

test("of a workload whose failing pod is not named, every pod is read: which of them ran before is not known", () => {
  const options = "--all-pods --cluster eu-1 --namespace demo --container app";
  expect(actionOf({})).toBe(`look at its logs: drover logs shop deployment/web ${options}`);
  expect(actionOf({ message: "Pod we" })).toBe(`look at its logs: drover logs shop deployment/web ${options}`);
});

test.each(["Invalid", "Forbidden", "ImmutableConflict", "UnknownKind"])("what was never stored has no events: %s", (reason) => {
  const mend = "mend the manifest in git and promote that, or roll back; what differs: drover diff shop --cluster eu-1";
  expect(actionOf({ container: undefined, reason })).toBe(mend);
});

test("what has no container, or one that never ran, leads to what happened to it", () => {
  const events = "see what happened to it: drover events shop --cluster eu-1";
  expect(actionOf({ container: undefined, reason: "Conflict" })).toBe(events);
  expect(actionOf({ reason: "CreateContainerConfigError" })).toBe(events);
});
