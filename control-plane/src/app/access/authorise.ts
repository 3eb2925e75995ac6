import { DroverError } from "@drover/kit";
import { grantedPermissions, type Permission, rolePermissions } from "@drover/proto/rest";
import type { Caller } from "./caller.ts";

/** Throws unless the caller has the permission, at least somewhere. REST and gRPC ask here and nowhere else. */
export function authorise(caller: Caller | undefined, permission: Permission): void {
  if (permission === "public") return;
  if (caller === undefined)
    throw new DroverError("unauthenticated", "TOKEN_MISSING", "no API token was given: send it as `Authorization: Bearer <token>`");
  if (!permissionsOf(caller).includes(permission))
    throw new DroverError(
      "forbidden",
      "PERMISSION_DENIED",
      `role ${caller.role} lacks ${permission}: ask an admin for a token with another role`,
      {
        details: { permission, role: caller.role },
      },
    );
}

/** What the caller may do, at least somewhere. */
export function permissionsOf(caller: Caller): readonly Permission[] {
  const own = rolePermissions[caller.role];
  const granted = verbs.flatMap((verb) => ((caller[verb] ?? []).length > 0 ? [grantedPermissions[verb]] : []));
  return [...own, ...granted.filter((permission) => !own.includes(permission))];
}

/** Permissions that are bound to environments. */
export type BoundVerb = keyof typeof grantedPermissions;

const verbs = ["approves", "overrides"] as const satisfies readonly BoundVerb[];

/** Whether the caller may do this in the environment; "*" asks for all of them at once. */
export function mayIn(caller: Caller, verb: BoundVerb, environment: string): boolean {
  const granted = caller[verb] ?? [];
  return rolePermissions[caller.role].includes(grantedPermissions[verb]) || granted.includes("*") || granted.includes(environment);
}

/** Throws unless the caller may do this in the environment. */
export function authoriseIn(caller: Caller, verb: BoundVerb, environment: string): void {
  if (mayIn(caller, verb, environment)) return;
  const permission = grantedPermissions[verb];
  const option = verb === "approves" ? "--approve" : "--override";
  const where = environment === "*" ? "every environment" : `environment ${environment}`;
  throw new DroverError(
    "forbidden",
    "PERMISSION_DENIED",
    `${caller.actor} lacks ${permission} in ${where}: ask an admin for a token made with \`${option} ${environment === "*" ? "'*'" : environment}\``,
    { details: { permission, environment, role: caller.role } },
  );
}
