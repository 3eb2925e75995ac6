import { maxPageSize, Problem, type Route, routeTable } from "@drover/proto/rest";
import type { TSchema } from "typebox";
import { errorResponses, errorsOf } from "./openapi-errors.ts";

interface JsonMap {
  readonly [key: string]: unknown;
}

/** The whole API as an OpenAPI 3.1 document, from the table of routes alone: no server is needed. */
export function openApiDocument(version: string): Record<string, unknown> {
  const components: Record<string, unknown> = {};
  const schemaOf = (schema: TSchema): unknown => named(schema, components);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, route] of Object.entries(routeTable))
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(operationId, route, schemaOf);
  schemaOf(Problem);
  return {
    openapi: "3.1.0",
    info: {
      title: "Drover",
      version,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description: `Lists answer at most ${maxPageSize} items; ask for more with nextPageToken. Every error is a Problem (RFC 9457).`,
    },
    servers: [{ url: "/", description: "this server" }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "an API token: drover_<id>_<secret>" } },
      responses: errorResponses(),
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

function operationOf(operationId: string, route: Route, schemaOf: (schema: TSchema) => unknown): JsonMap {
  const media = route.media ?? ["application/json"];
  const content = Object.fromEntries(
    media.map((type) => [type, { schema: route.answer ? schemaOf(route.answer) : textOf(route, schemaOf) }]),
  );
  return {
    operationId,
    summary: route.summary,
    tags: [tagOf(route.path)],
    ...(route.permission === "public" ? { security: [] } : {}),
    "x-permission": route.permission,
    parameters: [
      ...parameters(route, "path", schemaOf),
      ...parameters(route, "query", schemaOf),
      ...idempotencyKey(route),
      ...ifMatch(route),
    ],
    ...(route.body ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(route.body) } } } } : {}),
    responses: {
      [route.status]: { description: route.status === 204 ? "done" : "success", ...(route.status === 204 ? {} : { content }) },
      ...(isValidated(route) ? { 200: { description: "with validateOnly: what would be committed", content } } : {}),
      ...notModified(route),
      ...errorsOf(route),
    },
  };
}

const notModified = ({ method, media, status }: Route): JsonMap =>
  method === "GET" && media === undefined && status === 200 ? { 304: { description: "the same as the ETag in If-None-Match" } } : {};

/** A rehearsal changes nothing, so it is not created or accepted either. */
const isValidated = ({ query, status, answer }: Route): boolean =>
  query?.properties["validateOnly"] !== undefined && status !== 200 && answer !== undefined;

/** OpenAPI 3.1 has no word for the messages of a stream. */
const textOf = (route: Route, schemaOf: (schema: TSchema) => unknown): JsonMap => ({
  type: "string",
  ...(route.message && { "x-message": schemaOf(route.message) }),
});

const tagOf = (path: string): string => (path.startsWith("/v1/") ? (path.split("/")[2] ?? "") : "operations");

function parameters(route: Route, place: "path" | "query", schemaOf: (schema: TSchema) => unknown): readonly unknown[] {
  const object = place === "path" ? route.params : route.query;
  const required = new Set((object?.required as readonly string[] | undefined) ?? []);
  return Object.entries(object?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: place,
    required: place === "path" || required.has(name),
    schema: schemaOf(schema),
  }));
}

const idempotencyKey = (route: Route): readonly unknown[] =>
  route.method !== "GET" && route.permission !== "public"
    ? [{ name: "Idempotency-Key", in: "header", required: false, schema: { type: "string", minLength: 1, maxLength: 128 } }]
    : [];

const ifMatch = (route: Route): readonly unknown[] =>
  route.matched === true || (route.versioned === true && route.method !== "GET")
    ? [
        {
          name: "If-Match",
          in: "header",
          required: route.matched !== true,
          description: 'the ETag of the GET, or the version alone, as in "7", or *; of an ETag only the version in front is compared',
          schema: { type: "string", minLength: 1, maxLength: 128 },
        },
      ]
    : [];

/** A plain copy in which every schema with a `$id` stands once, among the components. */
function named(schema: unknown, components: Record<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((item) => named(item, components));
  if (typeof schema !== "object" || schema === null) return schema;
  const { $id, ...members } = schema as JsonMap;
  const copy = Object.fromEntries(Object.entries(members).map(([key, value]) => [key, named(value, components)]));
  if (typeof $id !== "string") return copy;
  components[$id] = copy;
  return { $ref: `#/components/schemas/${$id}` };
}
