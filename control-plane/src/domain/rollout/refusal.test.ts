import type { FailingObject } from "@drover/proto/wire";
import { expect, test } from "vitest";
import { refusalOf } from "./refusal.ts";

const object = (reason: string, over: Partial<FailingObject> = {}): FailingObject => ({
  group: "apps",
  kind: "Deployment",
  namespace: "shop",
  name: "web",
  reason,
  message: "the server's words",
  ...over,
});

test("what the API server will not have is named with its words", () => {
  expect(refusalOf({ reason: "ApplyFailed", failing: [object("Progressing"), object("Forbidden")] })).toEqual({
    object: "Deployment shop/web",
    reason: "Forbidden",
    message: "the server's words",
  });
  const { namespace: _none, ...clusterRole } = object("Invalid", { kind: "ClusterRole", name: "reader" });
  expect(refusalOf({ failing: [clusterRole] })?.object).toBe("ClusterRole reader");
});

test.each(["Invalid", "Forbidden", "ImmutableConflict", "NotAllowed", "Duplicate", "InvalidAnnotation"])("%s is a verdict", (reason) => {
  expect(refusalOf({ reason, failing: [object(reason)] })).toMatchObject({ reason });
});

test.each(["Conflict", "Throttled", "Unavailable", "Changing", "NotFound", "UnknownKind", "Terminating", "Blocked", "CrashLoopBackOff"])(
  "%s may pass",
  (reason) => {
    expect(refusalOf({ reason, failing: [object(reason)] })).toBeUndefined();
  },
);

test("without its bundle nothing of a release was refused: what fails is of the one before", () => {
  expect(refusalOf({ reason: "BundleUnavailable", failing: [object("Invalid")] })).toBeUndefined();
});
