import { fromBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { DroverError } from "@drover/kit";
import { createLog } from "@drover/kit/node";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  RequestInfoSchema,
  RetryInfoSchema,
  StatusSchema,
} from "@drover/proto/third-party";
import { expect, test } from "vitest";
import { statusOf } from "./status.ts";

const schemas = [ErrorInfoSchema, RequestInfoSchema, BadRequestSchema, PreconditionFailureSchema, RetryInfoSchema];

/** As a client reads it. */
function detailsOf(error: unknown): { readonly code: number; readonly message: string; readonly details: readonly object[] } {
  const [bytes] = statusOf(error, "request-1", createLog("test", "silent")).metadata.get("grpc-status-details-bin");
  const { code, message, details } = fromBinary(StatusSchema, bytes as Buffer);
  const unpacked = details.flatMap((any) => schemas.flatMap((schema) => anyUnpack(any, schema) ?? []));
  expect(unpacked).toHaveLength(details.length);
  return { code, message, details: unpacked };
}

const info = { reason: "TEST", domain: "drover.dev" };
const request = { requestId: "request-1" };

test.each([
  {
    name: "fields of a bad request",
    error: new DroverError("invalid", "TEST", "body/reason is missing", {
      details: { errors: [{ pointer: "/labels/a", message: "is long" }] },
    }),
    want: { code: 3, details: [info, request, { fieldViolations: [{ field: "labels.a", description: "is long" }] }] },
  },
  {
    name: "when to come back",
    error: new DroverError("exhausted", "TEST", "wait", { details: { retryAfterMs: 2500 } }),
    want: {
      code: 8,
      details: [{ ...info, metadata: { retryAfterMs: "2500" } }, request, { retryDelay: { seconds: 2n, nanos: 500_000_000 } }],
    },
  },
  {
    name: "that it may be tried again, where nobody knows when",
    error: new DroverError("unavailable", "TEST", "gone"),
    want: { code: 14, details: [info, request, { retryDelay: { seconds: 1n } }] },
  },
  {
    name: "what has to be otherwise first",
    error: new DroverError("stale", "TEST", "it moved"),
    want: { code: 10, details: [info, request, { violations: [{ type: "TEST", description: "it moved" }] }] },
  },
  {
    name: "facts, as text that is not too long",
    error: new DroverError("not-found", "TEST", "none", { details: { cluster: "eu-1", tried: [1, 2], long: "x".repeat(1000) } }),
    want: { code: 5, details: [{ ...info, metadata: { cluster: "eu-1", tried: "[1,2]", long: "x".repeat(256) } }, request] },
  },
  {
    name: "nothing of a bug but where to look for it",
    error: new TypeError("secret is undefined"),
    want: { code: 13, message: "internal error", details: [{ reason: "INTERNAL", metadata: {} }, request] },
  },
])("details tell $name", ({ error, want }) => expect(detailsOf(error)).toMatchObject(want));
