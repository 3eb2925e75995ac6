import { grantedPermissions, type Route, rolePermissions, routeTable } from "@drover/proto/rest";
import { openApiDocument } from "../../control-plane/src/api/http/openapi.ts";

/** docs/reference/openapi.json: the document that a server gives at /openapi.json. */
export const openApiReference = (version: string): string => `${JSON.stringify(openApiDocument(version), null, 2)}\n`;

/** docs/reference/rest.md, from the table of routes. */
export function restReference(): string {
  const groups = Map.groupBy(Object.entries(routeTable as Readonly<Record<string, Route>>), ([, { path }]) => groupOf(path));
  const roles = Object.entries(rolePermissions).map(
    ([role, permissions]) => `| \`${role}\` | ${permissions.map((name) => `\`${name}\``).join(", ")} |`,
  );
  const grants = Object.entries(grantedPermissions).map(([member, permission]) => `\`${permission}\` in those that \`${member}\` lists`);
  return `# REST API

Generated from \`proto/src/rest\`. The same as an OpenAPI 3.1 document: [openapi.json](openapi.json), and \`/openapi.json\` of any server.

Every request but the public ones carries \`Authorization: Bearer <token>\` (\`drover token create\`). Errors are \`application/problem+json\`
([all codes](errors.md)). Lists take \`pageSize\` (100 unless given, at most 500) and \`pageToken\`, and answer \`items\` and
\`nextPageToken\`, which is absent on the last page; \`filter\` (\`state = "Offline" AND name : "eu-"\`, with \`= != < <= > >= :\`, AND, OR, NOT
and parentheses) and \`orderBy\` (\`createdAt desc, name\`) over the fields that each list names, and \`labels\`, kubectl's selector, where rows belong
to clusters. Every list gives \`text/event-stream\` at its \`/watch\`: all there is as \`Added\`, then \`Synced\`, then what changes as
\`Added\`, \`Modified\` or \`Deleted\`, and a \`Bookmark\` after each minute without a change; a comment comes every 15 seconds. With \`Last-Event-ID\`
or \`after\` it goes on behind that message's \`id\`: what was made since is \`Added\`, the rest \`Modified\`. Events are kept for a day; a cursor that is
older is refused with \`EVENT_CURSOR_EXPIRED\`, and the reader begins anew without it. What a list drops for its age leaves it without a message. A replica answers each token so many requests a
minute (\`DROVER_REQUESTS_PER_TOKEN\`); beyond them 429 with \`Retry-After\`. A GET answers an \`ETag\` of what it shows; with
\`If-None-Match\` it answers 304 while that is the same. Of an object with a \`version\` the \`ETag\` begins with it, \`"7.x2Fk…"\`: its PUT and DELETE
require that \`ETag\`, or \`"7"\`, as \`If-Match\` (or \`*\`), and compare the version alone, since what a GET counts changes without an edit: 428
without, 412 when somebody edited the object meanwhile. Answers of a kilobyte and more are compressed for who sends \`Accept-Encoding: gzip\`. \`validateOnly=true\` asks what an edit would do. A change takes an \`Idempotency-Key\`, kept for a day: the same key and body gives the same answer, another body is refused. \`X-Request-Id\` and
\`traceparent\` are taken over and given back. Unknown parameters and members are refused.

## Roles

| role | may |
| --- | --- |
${roles.join("\n")}

A token may be granted more in certain environments, whatever its role: ${grants.join(", ")}.

${[...groups].map(([name, routes]) => `## ${name}\n\n${routes.map(section).join("\n")}`).join("\n")}`;
}

const groupOf = (path: string): string => (path.startsWith("/v1/") ? (path.split("/")[2] ?? "") : "operations");

function section([operationId, route]: readonly [string, Route]): string {
  const lines = [`### ${operationId}`, "", `\`${route.method} ${route.path}\` (${route.permission})`, "", `${route.summary}.`, ""];
  const query = Object.entries(route.query?.properties ?? {});
  if (query.length > 0) lines.push(`Query: ${query.map(([name, schema]) => parameter(name, schema)).join("; ")}.`, "");
  if (route.body !== undefined) lines.push(`Body: ${nameOf(route.body)}.`, "");
  lines.push(`Answers ${route.status}${route.answer === undefined ? "" : ` with ${nameOf(route.answer)}`}${media(route)}.`, "");
  return lines.join("\n");
}

function parameter(name: string, schema: object): string {
  const { description, enum: words } = schema as { description?: string; enum?: readonly string[] };
  const meaning = words === undefined ? description : words.join(", ");
  return `\`${name}\`${meaning === undefined ? "" : ` (${meaning})`}`;
}

const media = ({ media: types }: Route): string => (types === undefined ? "" : ` as ${types.map((type) => `\`${type}\``).join(" or ")}`);

/** The component's name in openapi.json; `{items: [Cluster]}` for lists. */
function nameOf(schema: object): string {
  const { $id, properties } = schema as { $id?: string; properties?: { items?: { items?: { $id?: string } } } };
  if ($id !== undefined) return `\`${$id}\``;
  const item = properties?.items?.items?.$id;
  return item === undefined ? "JSON" : `\`{items: [${item}], nextPageToken?}\``;
}
