import { fillPath, type Route, routeTable } from "@drover/proto/rest";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { StoredAnswer } from "../../app/access/idempotency.ts";
import { isText } from "../operation.ts";
import { matches, strongTag } from "./entity-tag.ts";

export function render(status: number, answer: unknown, location: string | undefined): StoredAnswer {
  if (isText(answer)) return { status: answer.status ?? status, headers: { "content-type": answer.contentType }, body: answer.text };
  if (answer === undefined) return { status, headers: {}, body: "" };
  const headers = { "content-type": "application/json; charset=utf-8" };
  if (location === undefined) return { status, headers, body: JSON.stringify(answer) };
  return { status, headers: { ...headers, location: fillPath(location, answer as Record<string, string>) }, body: JSON.stringify(answer) };
}

/** Of an object that If-Match is compared with. Never answers 304: an environment's clusters come and go without a new version of its file. */
function versionTag(request: FastifyRequest, body: string): string | undefined {
  const { operation } = request.routeOptions.config;
  const route: Route | undefined = operation === undefined ? undefined : routeTable[operation];
  if (route?.versioned !== true) return undefined;
  const { version } = JSON.parse(body) as { version?: number };
  return version === undefined ? undefined : `"${version}"`;
}

export function send(request: FastifyRequest, reply: FastifyReply, { status, headers, body }: StoredAnswer): FastifyReply {
  void reply.code(status).headers(headers);
  if (request.method !== "GET" || status !== 200 || request.routeOptions.config.operation === "getMetrics") return reply.send(body);
  // Of the bytes rather than of a version: views such as a cluster's hold more than one row, and times that pass.
  const versioned = versionTag(request, body);
  if (versioned !== undefined) return reply.headers({ etag: versioned, "cache-control": "private, no-cache" }).send(body);
  const tag = strongTag(body);
  void reply.headers({ etag: tag, "cache-control": "private, no-cache" });
  return matches(request.headers["if-none-match"], tag) ? reply.code(304).send() : reply.send(body);
}
