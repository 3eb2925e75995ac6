import { boundaries, toDroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { statusDetails } from "./status-details.ts";

/** The only place where an error becomes a gRPC status. The code for machines is in the trailing metadata, for short and in full. */
export function statusOf(thrown: unknown, requestId: string, log: Log): ServiceError {
  const error = toDroverError(thrown);
  const internal = error.kind === "internal"; // a bug: what it says is for the log
  if (internal) log.error({ err: thrown, requestId }, "request failed");
  const details = internal ? "internal error" : error.message;
  const metadata = new Metadata();
  metadata.set("error-code", error.code);
  metadata.set("request-id", requestId);
  metadata.set("grpc-status-details-bin", statusDetails(error, details, requestId));
  return Object.assign(new Error(details), { code: boundaries[error.kind].grpc, details, metadata });
}
