import { createHash } from "node:crypto";
import { DroverError } from "@drover/kit";
import { type OperationId, type Route, routeTable } from "@drover/proto/rest";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import type { Admit, Admitted } from "../admit.ts";
import { answerOnce } from "../answer-once.ts";
import { clientAddress, type TrustsProxy } from "../client-address.ts";
import type { ApiDeps } from "../deps.ts";
import type { FailedAttempts } from "../failed-attempts.ts";
import { type ApiRequest, type Handler, isText } from "../operation.ts";
import { traceparentOf } from "../request-context.ts";
import { render, send, sendRead } from "./rendered.ts";

declare module "fastify" {
  interface FastifyRequest {
    admitted: Admitted | undefined;
    /** The body's bytes as they came, for signatures and for telling two requests apart. */
    rawBody: Buffer | undefined;
  }
}

export interface ServeOptions {
  readonly deps: ApiDeps;
  readonly admit: Admit;
  readonly trusts: TrustsProxy;
  /** Of those who prove themselves by other means than an API token: agents and git hosts. */
  readonly failures: FailedAttempts;
  /** Compare each answer with its schema and fail when it differs. For tests. */
  readonly checkAnswers: boolean;
}

/** Longest that a handler may take before its signal says so. */
const handlerDeadlineMs = 20_000;

/** Puts one operation of the table on the server: authorise, validate, call, render. */
export function serveRoute(app: FastifyInstance, operation: OperationId, handler: Handler<OperationId>, options: ServeOptions): void {
  const route: Route = routeTable[operation];
  const limited = route.permission === "public" && route.method === "POST" ? failuresLimited(options.failures) : unlimited;
  const checkAnswer = options.checkAnswers && route.answer !== undefined ? answerCheck(operation, route.answer) : undefined;
  app.route({
    method: route.method,
    url: fastifyPath(route.path),
    schema: {
      ...(route.params && { params: route.params }),
      querystring: route.query ?? emptyQuery,
      ...(route.body && { body: route.body }),
    },
    config: { operation },
    onRequest: admitted(operation, options),
    handler: async (request, reply) => {
      if (request.admitted === undefined) throw new DroverError("internal", "INTERNAL", "a handler ran before its gate");
      const { principal } = request.admitted;
      const given = apiRequest(operation, request, request.admitted);
      const work = async (): Promise<unknown> => {
        const answer = await limited(addressOf(request, options.trusts), () => handler(given as unknown as ApiRequest<OperationId>));
        if (!isText(answer)) checkAnswer?.(answer);
        return answer;
      };
      // Nothing was made by a request that only asked.
      const { validateOnly } = (request.query ?? {}) as { validateOnly?: boolean };
      const renderAnswer = (answer: unknown) =>
        validateOnly === true && route.answer !== undefined ? render(200, answer, undefined) : render(route.status, answer, route.location);
      const key = request.headers["idempotency-key"];
      if (route.method !== "GET" && principal !== undefined && key !== undefined) {
        const once = { subject: principal.actor, key: String(key), requestHash: hashOf(request), secret: route.secret === true };
        const result = await answerOnce(options.deps.idempotency, once, async () => renderAnswer(await work()));
        if (result.replayed) void reply.header("idempotent-replayed", "true");
        return send(reply, result.answer);
      }
      const answer = await work();
      const rendered = renderAnswer(answer);
      const isRead = route.method === "GET" && rendered.status === 200 && operation !== "getMetrics";
      return isRead ? sendRead(request, reply, rendered, versionOf(route, answer)) : send(reply, rendered);
    },
  });
}

/** Of an object that If-Match is compared with. */
const versionOf = ({ versioned }: Route, answer: unknown): number | undefined =>
  versioned === true ? (answer as { readonly version?: number }).version : undefined;

type Limited = <T>(address: string, work: () => Promise<T>) => Promise<T>;

const unlimited: Limited = (_address, work) => work();

/** Public operations check tokens and signatures of their own; whoever keeps failing has to wait, like anybody else. */
const failuresLimited =
  (failures: FailedAttempts): Limited =>
  async (address, work) => {
    failures.check(address);
    try {
      return await work();
    } catch (error) {
      if (error instanceof DroverError && error.kind === "unauthenticated") failures.record(address);
      throw error;
    }
  };

const emptyQuery = { type: "object", additionalProperties: false } as const;

export const fastifyPath = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1");

/** Before the body is read: nobody unauthorised makes us parse anything. */
export const admitted =
  (operation: OperationId, { admit, trusts }: Pick<ServeOptions, "admit" | "trusts">) =>
  async (request: FastifyRequest): Promise<void> => {
    request.admitted = await admit({
      operation,
      authorization: request.headers.authorization,
      address: addressOf(request, trusts),
      requestId: request.id,
      traceparent: traceparentOf(request.headers["traceparent"]),
      target: request.url.split("?")[0] ?? "",
    });
  };

const addressOf = (request: FastifyRequest, trusts: TrustsProxy): string =>
  clientAddress(request.ip, [request.headers["x-forwarded-for"]].flat().join(","), trusts);

function apiRequest(operation: OperationId, request: FastifyRequest, { caller, principal }: Admitted) {
  return {
    operation,
    params: request.params,
    query: request.query,
    body: request.body,
    caller,
    principal,
    requestId: request.id,
    rawBody: request.rawBody ?? Buffer.alloc(0),
    header: (name: string) => [request.headers[name]].flat()[0],
    // Made when it is asked for: most reads never do, and it costs as much as they.
    get signal() {
      // A change goes on when its caller hangs up: it may be asked for again, and must then have one effect.
      return AbortSignal.any([AbortSignal.timeout(handlerDeadlineMs), ...(request.method === "GET" ? [request.signal] : [])]);
    },
  };
}

function answerCheck(operation: OperationId, schema: TSchema): (answer: unknown) => void {
  const validator = Compile(schema);
  return (answer) => {
    const plain: unknown = JSON.parse(JSON.stringify(answer));
    if (validator.Check(plain)) return;
    const errors = validator.Errors(plain).map(({ instancePath, message }) => `${instancePath} ${message}`);
    throw new DroverError("internal", "ANSWER_INVALID", `${operation} answers what its schema does not allow: ${errors.join("; ")}`);
  };
}

/** What makes two requests the same: their bytes, on the same path. */
const hashOf = (request: FastifyRequest): Buffer =>
  createHash("sha256")
    .update(`${request.method} ${request.url}\n`)
    .update(request.headers["if-match"] === undefined ? "" : `if-match: ${request.headers["if-match"]}\n`)
    .update(request.rawBody ?? "")
    .digest();
