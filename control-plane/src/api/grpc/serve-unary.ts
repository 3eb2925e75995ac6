import { createHash } from "node:crypto";
import { callbackify } from "node:util";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";
import { type OperationId, routeTable } from "@drover/proto/rest";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { StoredAnswer } from "../../app/access/idempotency.ts";
import type { Admit } from "../admit.ts";
import { answerOnce } from "../answer-once.ts";
import type { TrustsProxy } from "../client-address.ts";
import type { ApiDeps } from "../deps.ts";
import type { ApiRequest, Handler } from "../operation.ts";
import { answerWriter } from "./answer-message.ts";
import { contextOf, unarySignal } from "./call-context.ts";
import { operationOf, targetOf } from "./methods.ts";
import { readMessage } from "./request-message.ts";
import { partsReader } from "./request-parts.ts";
import { statusOf } from "./status.ts";

interface UnaryOptions {
  readonly deps: ApiDeps;
  readonly admit: Admit;
  readonly trusts: TrustsProxy;
  readonly handler: Handler<OperationId>;
}

/** One unary method, by the operation that it stands for: admit, validate, call, render. */
export function serveUnary(method: DescMethod, { deps, admit, trusts, handler }: UnaryOptions): handleUnaryCall<Buffer, Message> {
  const operation = operationOf(method);
  const route = routeTable[operation];
  const target = targetOf(method);
  const read = partsReader(operation, method.input);
  const write = answerWriter(operation, method);

  return (call, callback) => {
    const context = contextOf(call, trusts);
    const started = performance.now();

    const answer = async (): Promise<Message> => {
      const { caller, principal } = await admit({ operation, target, ...context });
      const parts = read(readMessage(method.input, call.request));
      const signal = unarySignal(call, route.method === "GET");
      const request = {
        operation,
        ...parts,
        caller,
        principal,
        requestId: context.requestId,
        rawBody: Buffer.alloc(0),
        header: (name: string) => (name === "if-match" ? context.ifMatch : undefined),
        signal,
      } as unknown as ApiRequest<OperationId>;
      const work = async (): Promise<StoredAnswer> => ({ status: 0, headers: {}, body: JSON.stringify((await answered(request)) ?? {}) });
      const { idempotencyKey: key } = context;
      if (route.method === "GET" || key === undefined || principal === undefined) return respond(await work());
      const requestHash = createHash("sha256")
        .update(`${target}\n${context.ifMatch ?? ""}\n${JSON.stringify(parts)}`)
        .digest();
      const once = await answerOnce(deps.idempotency, { subject: principal.actor, key, requestHash, secret: route.secret === true }, work);
      return respond(once.answer);
    };
    const answered = (request: ApiRequest<OperationId>): Promise<unknown> =>
      handler(request).catch((error: unknown) => {
        throw request.signal.aborted && error === request.signal.reason ? givenUp(operation, error) : error;
      });
    const respond = ({ body }: StoredAnswer): Message => write(JSON.parse(body) as object);

    callbackify(answer)((thrown, message) => {
      const error = thrown === null ? null : statusOf(thrown, context.requestId, deps.log);
      deps.observe({ protocol: "grpc", operation, code: error?.code ?? 0, seconds: (performance.now() - started) / 1000 });
      callback(error, message);
    });
  };
}

/** A handler gave up because its signal said so. */
const givenUp = (operation: OperationId, cause: unknown): DroverError =>
  cause instanceof Error && cause.name === "TimeoutError"
    ? new DroverError("timeout", "DEADLINE_EXCEEDED", `${operation}: no answer within the deadline`, { cause })
    : new DroverError("cancelled", "CANCELLED", `${operation}: the caller hung up`, { cause });
