import type { Static, TObject, TSchema } from "typebox";
import type { ListFields } from "./list-fields.ts";
import type { Role } from "./words.ts";

/** What a caller must be allowed. `public` needs no token: the route proves its caller by other means, or tells nothing. */
export type Permission =
  | "public"
  | "fleet.read"
  | "audit.read"
  | "live.read"
  | "logs.read"
  | "fleet.edit"
  | "promotion.create"
  | "rollout.control"
  | "gate.approve"
  | "restriction.override"
  | "notification.send"
  | "application.remove"
  | "cluster.register"
  | "cluster.revoke"
  | "token.manage";

const reading = ["fleet.read", "audit.read"] as const satisfies readonly Permission[];
const operating = [
  ...reading,
  "live.read",
  "logs.read",
  "fleet.edit",
  "promotion.create",
  "rollout.control",
  "notification.send",
  "application.remove",
  "cluster.register",
] as const satisfies readonly Permission[];

/** What each role may do. The only such table: REST, gRPC and the reference read it. Tokens may be granted more, see `grantedPermissions`. */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: reading,
  operator: operating,
  admin: [...operating, "gate.approve", "restriction.override", "cluster.revoke", "token.manage"],
};

/** What a token may do in certain environments beyond its role: the permission, and the member of the token that lists the environments. */
export const grantedPermissions = { approves: "gate.approve", overrides: "restriction.override" } as const satisfies Record<
  string,
  Permission
>;

/** One operation. Server, client, OpenAPI document and reference are all made from it. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With parameters as `{cluster}`. */
  readonly path: string;
  readonly permission: Permission;
  readonly summary: string;
  readonly params?: TObject;
  readonly query?: TObject;
  /** Of a list: the fields that its `filter` and `orderBy` know. */
  readonly list?: ListFields;
  readonly body?: TSchema;
  /** The only success: its status, and the schema of its body. 204 has none. Every error is a Problem. */
  readonly status: 200 | 201 | 202 | 204;
  readonly answer?: TSchema;
  /** Where to read what was made, with members of the answer as `{id}`. */
  readonly location?: string;
  /** An object with a version: its GET's `ETag` begins with it, `"<version>.<hash>"`; its PUT and DELETE require an `If-Match` with it, or `*`. */
  readonly versioned?: true;
  /** An `If-Match` with the object's `version` may be sent: 412 when it has moved. */
  readonly matched?: true;
  /** With `validateOnly=true` in its query, its handler runs and what it changed is forgotten. */
  readonly rehearsed?: true;
  /** The answer shows a secret, once. It is never stored, so a repeated Idempotency-Key is refused. */
  readonly secret?: true;
  /** Of a stream: the data of each of its messages. */
  readonly message?: TSchema;
  /** Media types of the answer, first one by default. `application/json` when absent. */
  readonly media?: readonly string[];
}

type Part<R, Key extends string> = R extends { readonly [K in Key]: infer Schema extends TSchema } ? Static<Schema> : undefined;

export type ParamsOf<R> = Part<R, "params">;
export type QueryOf<R> = Part<R, "query">;
export type BodyOf<R> = Part<R, "body">;
export type AnswerOf<R> = Part<R, "answer">;
export type MessageOf<R> = Part<R, "message">;

/** Parameters of a path, in order. */
export const pathParams = (path: string): readonly string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);

/** The path with its parameters filled in, each safely encoded. */
export const fillPath = (path: string, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ""));
