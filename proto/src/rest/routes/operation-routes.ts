import { Type } from "typebox";
import { queryOf } from "../page.ts";
import type { Route } from "../route.ts";
import { Version } from "../token.ts";

const verbose = queryOf({ verbose: Type.Optional(Type.String({ maxLength: 5, description: "one line for each check" })) });

export const operationRoutes = {
  getLiveness: {
    method: "GET",
    path: "/livez",
    permission: "public",
    summary: "200 while the process works",
    query: verbose,
    status: 200,
    media: ["text/plain"],
  },
  getReadiness: {
    method: "GET",
    path: "/readyz",
    permission: "public",
    summary: "200 while the server should be given requests, otherwise 503",
    query: verbose,
    status: 200,
    media: ["text/plain"],
  },
  getHealth: {
    method: "GET",
    path: "/healthz",
    permission: "public",
    summary: "Same as /readyz",
    query: verbose,
    status: 200,
    media: ["text/plain"],
  },
  getMetrics: {
    method: "GET",
    path: "/metrics",
    permission: "public",
    summary: "Metrics in Prometheus' form; no name of a cluster, application or revision is in them",
    status: 200,
    media: ["text/plain"],
  },
  getVersion: {
    method: "GET",
    path: "/version",
    permission: "public",
    summary: "The server's version",
    status: 200,
    answer: Version,
  },
  getOpenApi: {
    method: "GET",
    path: "/openapi.json",
    permission: "public",
    summary: "This API as an OpenAPI 3.1 document",
    status: 200,
    answer: Type.Record(Type.String(), Type.Unknown()),
  },
} as const satisfies Record<string, Route>;
