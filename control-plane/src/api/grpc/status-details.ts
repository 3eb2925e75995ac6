import { create, type MessageInitShape, type MessageShape, toBinary, type DescMessage } from "@bufbuild/protobuf";
import { type Any, anyPack, durationFromMs } from "@bufbuild/protobuf/wkt";
import { boundaries, type DroverError } from "@drover/kit";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  RequestInfoSchema,
  RetryInfoSchema,
  StatusSchema,
} from "@drover/proto/third-party";

const domain = "drover.dev";

/** Trailing metadata has room for some kilobytes; what is longer is in REST's problem, and in the log. */
const maxFacts = 20;
const maxFactLength = 256;
const defaultRetryMs = 1_000;

/** A `google.rpc.Status` for the trailing metadata `grpc-status-details-bin`: what clients in every language know how to read. */
export function statusDetails(error: DroverError, message: string, requestId: string): Buffer {
  const details = [errorInfo(error), requestInfo(requestId), ...badRequest(error), ...precondition(error), ...retryInfo(error)];
  return Buffer.from(toBinary(StatusSchema, create(StatusSchema, { code: boundaries[error.kind].grpc, message, details })));
}

const errorInfo = ({ code, kind, details }: DroverError): Any =>
  packed(ErrorInfoSchema, { reason: code, domain, metadata: kind === "internal" ? {} : factsOf(details) });

const requestInfo = (requestId: string): Any => packed(RequestInfoSchema, { requestId });

function badRequest({ details: { errors } }: DroverError): readonly Any[] {
  if (!Array.isArray(errors)) return [];
  const fieldViolations = (errors as readonly { readonly pointer: string; readonly message: string }[]).map(({ pointer, message }) => ({
    field: pointer.slice(1).replaceAll("/", "."),
    description: message,
  }));
  return [packed(BadRequestSchema, { fieldViolations })];
}

/** What has to be otherwise before the same request can succeed. */
function precondition({ kind, code, message }: DroverError): readonly Any[] {
  if (kind !== "stale" && kind !== "wrong-state" && kind !== "precondition-required") return [];
  return [packed(PreconditionFailureSchema, { violations: [{ type: code, description: message }] })];
}

function retryInfo({ kind, details: { retryAfterMs } }: DroverError): readonly Any[] {
  if (kind !== "exhausted" && kind !== "unavailable" && kind !== "timeout") return [];
  return [
    packed(RetryInfoSchema, { retryDelay: durationFromMs(typeof retryAfterMs === "number" ? Math.ceil(retryAfterMs) : defaultRetryMs) }),
  ];
}

/** `ErrorInfo` holds text alone. */
function factsOf({ errors: _errors, ...details }: DroverError["details"]): Record<string, string> {
  const facts = Object.entries(details).map(([name, value]): [string, string] => [
    name,
    (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).slice(0, maxFactLength),
  ]);
  return Object.fromEntries(facts.slice(0, maxFacts));
}

const packed = <Schema extends DescMessage>(schema: Schema, init: MessageInitShape<Schema>): Any =>
  anyPack(schema, create(schema, init) as MessageShape<Schema>);
