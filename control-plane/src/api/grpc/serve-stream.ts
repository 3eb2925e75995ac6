import type { DescMethod, JsonObject, Message } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";
import { type handleServerStreamingCall, Metadata, type ServerWritableStream } from "@grpc/grpc-js";
import type { Caller } from "../../app/access/caller.ts";
import type { Principal } from "../../app/access/tokens.ts";
import type { Admit } from "../admit.ts";
import type { TrustsProxy } from "../client-address.ts";
import type { ApiDeps } from "../deps.ts";
import { guardToken } from "../guard-token.ts";
import { roomWithin } from "../room-within.ts";
import { type CallContext, contextOf } from "./call-context.ts";
import { operationOf, targetOf } from "./methods.ts";
import { readMessage } from "./request-message.ts";
import { type Parts, partsReader } from "./request-parts.ts";
import { statusOf } from "./status.ts";
import { toMessage } from "./words.ts";

export interface StreamRequest extends Parts {
  readonly caller: Caller;
  readonly requestId: string;
  /** Ends with the client, its deadline, its token and this replica. */
  readonly signal: AbortSignal;
}

/** Begins to follow, or throws; then gives what the stream sends, in REST's words, until it is over or the signal. */
export type OpenStream = (request: StreamRequest) => Promise<AsyncIterable<object>>;

interface StreamOptions {
  readonly deps: Pick<ApiDeps, "tokens" | "clock" | "log" | "observe" | "streams">;
  readonly admit: Admit;
  readonly trusts: TrustsProxy;
  readonly closing: AbortSignal;
}

/** One streaming method. A slow client waits alone: the next thing is read when it took the last one. */
export function serveStream(method: DescMethod, open: OpenStream, options: StreamOptions): handleServerStreamingCall<Buffer, Message> {
  const { deps, admit, trusts, closing } = options;
  const [operation, target, name] = [operationOf(method), targetOf(method), method.localName];
  const read = partsReader(operation, method.input);

  type Call = ServerWritableStream<Buffer, Message>;
  const follow = async (call: Call, context: CallContext, ended: AbortController): Promise<void> => {
    const { caller, principal } = await admit({ operation, target, ...context });
    const parts = read(readMessage(method.input, call.request));
    const signal = AbortSignal.any([ended.signal, closing]);
    const leave = deps.streams.enter("grpc", principal);
    const guard = guardToken(deps, principal, ended);
    try {
      const items = await open({ ...parts, caller, requestId: context.requestId, signal });
      call.sendMetadata(new Metadata()); // now nothing is missed any more, and the client can know it
      for await (const item of items) if (!call.write(toMessage(method.output, item))) await roomWithin(call, name, signal);
    } catch (error) {
      if (!signal.aborted) throw error; // otherwise it ended for the reason that is told below
    } finally {
      leave();
      clearInterval(guard);
      ended.abort();
    }
    if (closing.aborted) throw draining(name);
    await refuseEnded(principal);
  };

  const refuseEnded = async (principal: Principal | undefined): Promise<void> => {
    if (principal === undefined) return;
    const good = principal.expiresAt > deps.clock.now() && (await deps.tokens.stillGood(principal.tokenId));
    if (!good) throw new DroverError("unauthenticated", "TOKEN_INVALID", `${name}: the API token has expired or was revoked`);
  };

  return (call) => {
    const started = performance.now();
    const observe = (code: number): void =>
      deps.observe({ protocol: "grpc", operation: name, code, seconds: (performance.now() - started) / 1000 });
    const ended = new AbortController();
    call.once("cancelled", () => ended.abort());
    const context = contextOf(call, trusts);
    follow(call, context, ended).then(
      () => {
        observe(0);
        call.end();
      },
      (error: unknown) => {
        const status = statusOf(error, context.requestId, deps.log);
        observe(status.code);
        call.emit("error", status); // not destroy(): that would end the call without its status
      },
    );
  };
}

const draining = (name: string): DroverError =>
  new DroverError("unavailable", "SERVER_DRAINING", `${name}: this replica stops; watch again at another`);

/** Reads a member of a request that its schema has judged already. */
export const textOf = (part: JsonObject, name: string): string => String(part[name] ?? "");
