import { createHash } from "node:crypto";
import { callbackify } from "node:util";
import { type DescMethod, type DescService, type JsonObject, type Message } from "@bufbuild/protobuf";
import { DroverError } from "@drover/kit";
import { type OperationId, routeTable } from "@drover/proto/rest";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { TSchema } from "typebox";
import type { StoredAnswer } from "../../app/access/idempotency.ts";
import type { Admit } from "../admit.ts";
import { answerOnce } from "../answer-once.ts";
import type { ApiDeps } from "../deps.ts";
import type { ApiRequest, Handler, Handlers } from "../operation.ts";
import { compileValidator } from "../validate.ts";
import { contextOf, unarySignal } from "./call-context.ts";
import { partsOf, responseOf, unaryMethod } from "./methods.ts";
import { statusOf } from "./status.ts";
import { fromMessage, toMessage } from "./words.ts";

export interface GrpcOptions {
  readonly deps: ApiDeps;
  readonly admit: Admit;
  readonly operations: Partial<Handlers<OperationId>>;
}

/** One unary method, by the operation that it stands for: admit, validate, call, render. */
export function serveUnary(
  service: DescService,
  method: DescMethod,
  { deps, admit, operations }: GrpcOptions,
): handleUnaryCall<Message, Message> {
  const { operation, field } = unaryMethod(service, method);
  const route = routeTable[operation];
  const handler = operations[operation] as unknown as Handler<OperationId>;
  const validate = validatorOf(operation);

  return (call, callback) => {
    const context = contextOf(call);
    const started = performance.now();
    const finish = (code: number): void =>
      deps.observe({ protocol: "grpc", operation, code, seconds: (performance.now() - started) / 1000 });

    const answer = async (): Promise<Message> => {
      const target = `/${service.typeName}/${method.name}`;
      const { caller, principal } = await admit({ operation, target, ...context });
      const request = fromMessage(method.input, call.request);
      const given = {
        operation,
        ...validate(partsOf(operation, request)),
        caller,
        principal,
        requestId: context.requestId,
        rawBody: Buffer.alloc(0),
        header: () => undefined,
        signal: unarySignal(call, route.method === "GET"),
      } as unknown as ApiRequest<OperationId>;
      const work = async (): Promise<StoredAnswer> => ({ status: 0, headers: {}, body: JSON.stringify(await handler(given)) });
      const { idempotencyKey: key } = context;
      if (route.method === "GET" || key === undefined || principal === undefined) return respond(await work());
      const requestHash = createHash("sha256")
        .update(`${target}\n${JSON.stringify(request)}`)
        .digest();
      const once = await answerOnce(deps.idempotency, { subject: principal.actor, key, requestHash, secret: route.secret === true }, work);
      return respond(once.answer);
    };
    const respond = ({ body }: StoredAnswer): Message => toMessage(method.output, responseOf(field, JSON.parse(body) as object));

    callbackify(answer)((thrown, message) => {
      const error = thrown === null ? null : statusOf(thrown, context.requestId, deps.log);
      finish(error?.code ?? 0);
      callback(error, message);
    });
  };
}

/** The schemas of the REST operation judge a gRPC request too. */
function validatorOf(operation: OperationId) {
  const { params, query, body } = routeTable[operation];
  const check = (schema: TSchema | undefined, httpPart: string) => schema && compileValidator({ schema, httpPart });
  const [checkParams, checkQuery, checkBody] = [check(params, "params"), check(query, "querystring"), check(body, "body")];
  return (parts: { readonly params: JsonObject; readonly query: JsonObject; readonly body: JsonObject }) => {
    if (checkQuery === undefined && Object.keys(parts.query).length > 0)
      throw new DroverError("invalid", "REQUEST_INVALID", `${operation} takes nothing but ids`);
    return {
      params: checkParams?.(parts.params).value ?? {},
      query: checkQuery?.(parts.query).value ?? {},
      body: checkBody?.(parts.body).value ?? {},
    };
  };
}
