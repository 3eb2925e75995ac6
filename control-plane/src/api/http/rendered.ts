import { fillPath } from "@drover/proto/rest";
import type { FastifyReply, FastifyRequest } from "fastify";
import { matches, strongTag } from "./entity-tag.ts";

/** An answer of another media type than JSON. */
export interface TextAnswer {
  readonly text: string;
  readonly contentType: string;
  readonly status?: number;
}
export const isText = (answer: unknown): answer is TextAnswer => typeof answer === "object" && answer !== null && "contentType" in answer;

/** An answer as bytes, so that it can be kept and sent again. */
export interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function render(status: number, answer: unknown, location: string | undefined): Rendered {
  if (isText(answer)) return { status: answer.status ?? status, headers: { "content-type": answer.contentType }, body: answer.text };
  if (answer === undefined) return { status, headers: {}, body: "" };
  const headers = { "content-type": "application/json; charset=utf-8" };
  if (location === undefined) return { status, headers, body: JSON.stringify(answer) };
  return { status, headers: { ...headers, location: fillPath(location, answer as Record<string, string>) }, body: JSON.stringify(answer) };
}

export function send(request: FastifyRequest, reply: FastifyReply, { status, headers, body }: Rendered): FastifyReply {
  void reply.code(status).headers(headers);
  if (request.method !== "GET" || status !== 200 || request.routeOptions.config.operation === "getMetrics") return reply.send(body);
  // Of the bytes rather than of a version: views such as a cluster's hold more than one row, and times that pass.
  const tag = strongTag(body);
  void reply.header("etag", tag);
  return matches(request.headers["if-none-match"], tag) ? reply.code(304).send() : reply.send(body);
}
