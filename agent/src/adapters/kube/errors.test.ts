import type { Json } from "@drover/kit";
import { expect, test } from "vitest";
import { refused } from "./errors.ts";

const status = (reason: string, message: string, causes: readonly Json[] = []): Json => ({
  kind: "Status",
  reason,
  message,
  details: { causes },
});

// The bodies are what a 1.36 API server answered.
test.each([
  {
    name: "a field conflict names managers and fields, whatever stands between them",
    refusal: {
      status: 409,
      body: status("Conflict", "Apply failed with 2 conflicts", [
        { reason: "FieldManagerConflict", message: 'conflict with "kubectl-edit" using apps/v1', field: ".spec.replicas" },
        {
          reason: "FieldManagerConflict",
          message: 'conflict with "kube \\"x\\"" with subresource "scale" using apps/v1 at 2026-11-21T08:00:00Z',
          field: ".spec.paused",
        },
      ]),
    },
    want: {
      kind: "wrong-state",
      code: "KUBE_CONFLICT",
      details: {
        conflicts: [
          { manager: "kubectl-edit", field: ".spec.replicas" },
          { manager: 'kube "x"', field: ".spec.paused" },
        ],
      },
    },
  },
  {
    name: "another 409 is stale",
    refusal: { status: 409, body: status("Conflict", "the object has been modified") },
    want: { kind: "stale", code: "KUBE_STALE" },
  },
  {
    name: "a 409 of a create that met its name",
    refusal: { status: 409, body: status("AlreadyExists", 'configmaps "a" already exists') },
    want: { kind: "exists", code: "KUBE_EXISTS" },
  },
  {
    name: "an immutable field, said twice",
    refusal: {
      status: 422,
      body: status("Invalid", "is invalid", [
        { reason: "FieldValueInvalid", message: "Invalid value: field is immutable", field: "spec.selector" },
        { reason: "FieldValueInvalid", message: "Invalid value: field is immutable", field: "spec.selector" },
      ]),
    },
    want: { kind: "invalid", code: "KUBE_IMMUTABLE", details: { fields: ["spec.selector"] } },
  },
  {
    name: "a PriorityClass whose value stays",
    refusal: {
      status: 422,
      body: status("Invalid", "it is invalid", [
        { reason: "FieldValueForbidden", message: "Forbidden: may not be changed in an update.", field: "value" },
      ]),
    },
    want: { kind: "invalid", code: "KUBE_IMMUTABLE", details: { fields: ["value"] } },
  },
  {
    name: "a Pod that may change only some fields",
    refusal: {
      status: 422,
      body: status("Invalid", "it is invalid", [
        {
          reason: "FieldValueForbidden",
          message: "Forbidden: pod updates may not change fields other than `spec.containers[*].image`",
          field: "spec",
        },
      ]),
    },
    want: { kind: "invalid", code: "KUBE_IMMUTABLE", details: { fields: ["spec"] } },
  },
  {
    name: "a StatefulSet that may change only some fields",
    refusal: {
      status: 422,
      body: status("Invalid", "is invalid", [
        {
          reason: "FieldValueForbidden",
          message: "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
          field: "spec",
        },
      ]),
    },
    want: { kind: "invalid", code: "KUBE_IMMUTABLE", details: { fields: ["spec"] } },
  },
  {
    name: "a 422 of any other reason",
    refusal: {
      status: 422,
      body: status("Invalid", "is invalid", [{ reason: "FieldValueRequired", message: "Required value", field: "spec.image" }]),
    },
    want: {
      kind: "invalid",
      code: "KUBE_INVALID",
      details: { causes: [{ field: "spec.image", reason: "FieldValueRequired", message: "Required value" }] },
    },
  },
  {
    name: "a schema error that comes as 500, which no repetition cures",
    refusal: {
      status: 500,
      body: status("InternalError", "failed to create typed patch object: .spec.colour: field not declared in schema"),
    },
    want: { kind: "invalid", code: "KUBE_INVALID" },
  },
  {
    name: "a throttled call says when to come back, by header",
    refusal: { status: 429, body: status("TooManyRequests", "please try again"), retryAfterSeconds: 7 },
    want: { kind: "exhausted", code: "KUBE_THROTTLED", details: { retryAfterMs: 7000 } },
  },
  {
    name: "a throttled call says when to come back, in its body",
    refusal: { status: 429, body: { kind: "Status", message: "storage is (re)initializing", details: { retryAfterSeconds: 1 } } },
    want: { kind: "exhausted", code: "KUBE_THROTTLED", details: { retryAfterMs: 1000 } },
  },
  {
    name: "the ERROR event of a watch that began too early",
    refusal: { status: 410, body: status("Expired", "too old resource version: 1 (299)") },
    want: { kind: "stale", code: "KUBE_GONE" },
  },
  {
    name: "a failing server",
    refusal: { status: 503, body: "upstream connect error" },
    want: { kind: "unavailable", code: "KUBE_UNAVAILABLE", details: { status: 503 } },
  },
  {
    name: "a kind that is not served, which is answered in plain text",
    refusal: { status: 404, body: "404 page not found\n" },
    want: { kind: "not-found", code: "KUBE_NOT_FOUND", details: {} },
  },
])("$name", ({ refusal, want }) => expect(refused("apply Deployment shop/web", refusal)).toMatchObject(want));

test("says what the server said, after the operation", () => {
  const error = refused("apply Deployment shop/web", { status: 403, body: status("Forbidden", "exceeded quota: small") });
  expect(error.message).toBe("apply Deployment shop/web: forbidden: exceeded quota: small");
});

test("repeats no value of a Secret", () => {
  const causes = [{ reason: "FieldValueInvalid", message: 'Invalid value: "hunter2": must be short', field: "data[password]" }];
  const error = refused("apply Secret shop/db", { status: 422, body: status("Invalid", 'Invalid value: "hunter2"', causes) });
  expect(error.message).toBe("apply Secret shop/db: refused: data[password] FieldValueInvalid");
  expect(error.details).toEqual({ status: 422, causes: [{ field: "data[password]", reason: "FieldValueInvalid" }] });
});
