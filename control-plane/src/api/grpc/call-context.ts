import { isIP } from "node:net";
import type { Metadata, ServerUnaryCall, ServerWritableStream } from "@grpc/grpc-js";
import { clientAddress, type TrustsProxy } from "../client-address.ts";
import { requestIdOf, traceparentOf } from "../request-context.ts";

export type AnyCall = ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>;

/** What a call brings besides its message. */
export interface CallContext {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly ifMatch: string | undefined;
  readonly address: string;
}

export function contextOf(call: AnyCall, trusts: TrustsProxy): CallContext {
  return {
    requestId: requestIdOf(text(call.metadata, "x-request-id")),
    traceparent: traceparentOf(text(call.metadata, "traceparent")),
    authorization: text(call.metadata, "authorization"),
    idempotencyKey: text(call.metadata, "idempotency-key"),
    ifMatch: text(call.metadata, "if-match"),
    address: clientAddress(addressOf(call.getPeer()), call.metadata.get("x-forwarded-for").join(","), trusts),
  };
}

function text(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === "string" ? value : undefined;
}

/** `127.0.0.1:4711` and `[::1]:4711` without the port. */
function addressOf(peer: string): string {
  const host = peer
    .replace(/^ipv[46]:/, "")
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1");
  return isIP(host) === 0 ? peer : host;
}

const longestUnaryMs = 20_000;

/** Ends with the client's deadline or ours. A change goes on when its caller hangs up; a read does not. */
export function unarySignal(call: AnyCall, isRead: boolean): AbortSignal {
  const hungUp = new AbortController();
  if (isRead) call.once("cancelled", () => hungUp.abort());
  return AbortSignal.any([hungUp.signal, AbortSignal.timeout(Math.min(longestUnaryMs, msLeft(call)))]);
}

function msLeft(call: AnyCall): number {
  const deadline = call.getDeadline();
  const at = deadline instanceof Date ? deadline.getTime() : deadline;
  return Math.max(0, Math.min(at - Date.now(), longestUnaryMs));
}
