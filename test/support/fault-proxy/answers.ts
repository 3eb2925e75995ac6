import type { ServerResponse } from "node:http";
import { canonicalJson, isJsonObject, type Json, type JsonObject, member, memberAt, parseJson } from "@drover/kit";
import type { StatusFault } from "./fault.ts";

const reasons: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** As the API server refuses. */
export function statusObject({ status, reason, message, retryAfterSeconds }: StatusFault): JsonObject {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: message ?? `a test made this ${status}`,
    reason: reason ?? reasons[status] ?? "Unknown",
    ...(retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } }),
    code: status,
  };
}

export function refuse(response: ServerResponse, fault: StatusFault): void {
  const { status, retryAfterSeconds } = fault;
  const headers = {
    "content-type": "application/json",
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  };
  response.writeHead(status, headers).end(JSON.stringify(statusObject(fault)));
}

/** What a watch says when the history it was to follow is gone. */
export const goneEvent = `${JSON.stringify({
  type: "ERROR",
  object: statusObject({ kind: "status", status: 410, reason: "Expired", message: "too old resource version" }),
})}\n`;

/** Bodies are parsed with every digit kept. */
export const truncatedList = (body: Buffer, items: number): Buffer =>
  alter(body, (list) => {
    const { continue: _next, remainingItemCount: _count, ...metadata } = objectAt(list, "metadata");
    return { ...list, metadata, items: arrayAt(list, "items").slice(0, items) };
  });

/** An answer that is no aggregated discovery stays as it is. */
export const withStaleGroup = (body: Buffer, group: string): Buffer =>
  alter(body, (list) =>
    Object.hasOwn(list, "items") ? { ...list, items: arrayAt(list, "items").map((item) => asStale(item, group)) } : list,
  );

function asStale(item: Json, group: string): Json {
  if (!isJsonObject(item) || memberAt(item, "metadata", "name") !== group) return item;
  return {
    ...item,
    versions: arrayAt(item, "versions").map((version) => ({ version: member(version, "version") ?? "", freshness: "Stale" })),
  };
}

function alter(body: Buffer, change: (value: JsonObject) => JsonObject): Buffer {
  const value = parseJson(body.toString());
  return isJsonObject(value) ? Buffer.from(canonicalJson(change(value))) : body;
}

function objectAt(value: Json, key: string): JsonObject {
  const inner = member(value, key);
  return isJsonObject(inner) ? inner : {};
}

function arrayAt(value: Json, key: string): readonly Json[] {
  const inner = member(value, key);
  return Array.isArray(inner) ? (inner as readonly Json[]) : [];
}
