import { rolePermissions, type Route, routeTable } from "@drover/proto/rest";
import type { TSchema } from "typebox";

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly "~optional"?: boolean;
}

const time = "2026-11-21T08:00:00.000Z";
/** What is over cannot be ended. */
const later = "2126-11-21T08:00:00.000Z";
const most = 3;

/**
 * An answer of the operation's form in which every text that is not of a closed set is somebody's payload. Of closed sets it is the word
 * of this turn, and in lists those that come after it.
 */
export function hostileAnswer(operation: keyof typeof routeTable, next: () => string, turn = 0): unknown {
  if (operation === "whoAmI")
    return { actor: next(), role: "admin", permissions: rolePermissions.admin, approves: ["*"], overrides: ["*"], expiresAt: time };
  const many = operation === "listClusters" ? 300 : most;
  const { answer } = routeTable[operation];
  return answer === undefined ? undefined : fill(answer as TSchema & Schema, { next, turn }, many);
}

interface Filling {
  readonly next: () => string;
  readonly turn: number;
}

function fill(schema: Schema, filling: Filling, many = most): unknown {
  const { next, turn } = filling;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[turn % schema.enum.length];
  if (schema.anyOf !== undefined) return fill(schema.anyOf[turn % schema.anyOf.length] ?? {}, filling);
  if (schema.properties !== undefined)
    return Object.fromEntries(
      Object.entries(schema.properties)
        // A list whose end never comes would be asked for for ever. What may be absent is so every other time.
        .filter(([name, inner]) => name !== "nextPageToken" && (turn % 2 === 0 || inner["~optional"] !== true))
        .map(([name, inner]) => [name, name === "expiresAt" ? later : fill(inner, filling, many)]),
    );
  if (schema.items !== undefined)
    return Array.from({ length: many }, (_none, index) => fill(schema.items ?? {}, { next, turn: turn + index }));
  if (schema.patternProperties !== undefined) return { [next()]: fill(Object.values(schema.patternProperties)[0] ?? {}, filling) };
  if (schema.type === "integer" || schema.type === "number") return Math.max(1, schema.minimum ?? 1);
  if (schema.type === "boolean") return turn % 2 === 0;
  if (schema.type === "object") return { [next()]: next() };
  return schema.format === "date-time" ? time : next();
}

/** Which operation a request is, by its method and path. */
export function operationOf(method: string, pathname: string): keyof typeof routeTable | undefined {
  const fits = ({ method: wanted, path }: Route): boolean =>
    wanted === method && new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`).test(pathname);
  // A path without parameters wins, as it does in the server.
  const found = Object.entries(routeTable).filter(([, route]) => fits(route));
  found.sort(([, a], [, b]) => a.path.split("{").length - b.path.split("{").length);
  return found[0]?.[0] as keyof typeof routeTable | undefined;
}
