import { type DroverError, toDroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import { type Problem, problemMediaType } from "@drover/proto/rest";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { fromFramework } from "./framework-error.ts";
import { httpStatusOf } from "./http-status.ts";

/** The only place where an error becomes an HTTP response. */
export const problemSender =
  (log: Log) =>
  (thrown: FastifyError | DroverError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = fromFramework(thrown);
    const error = known?.error ?? toDroverError(thrown);
    const status = known?.status ?? httpStatusOf(error);
    if (error.kind === "internal") log.error({ err: thrown, requestId: request.id }, "request failed");
    if (status === 401) void reply.header("www-authenticate", "Bearer");
    if (status === 429 || status === 503 || status === 504) void reply.header("retry-after", String(retryAfterSeconds(error)));
    return reply
      .code(status)
      .type(problemMediaType)
      .send(JSON.stringify(problemOf(error, status, request.id, request.url)));
  };

function problemOf(error: DroverError, status: number, requestId: string, instance: string): Problem {
  const { errors, ...details } = error.details;
  const internal = error.kind === "internal"; // a bug: what it says is for the log
  return {
    type: `/errors/${error.code}`,
    title: error.code,
    status,
    ...(internal ? {} : { detail: error.message }),
    instance: instance.split("?")[0] ?? "",
    code: error.code,
    requestId,
    ...(Array.isArray(errors) ? { errors } : {}),
    ...(internal || Object.keys(details).length === 0 ? {} : { details }),
  };
}

const retryAfterSeconds = ({ details }: DroverError): number => {
  const asked = details["retryAfterMs"];
  return typeof asked === "number" ? Math.max(1, Math.ceil(asked / 1000)) : 1;
};
