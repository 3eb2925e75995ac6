import { DroverError } from "@drover/kit";
import { type Permission, rolePermissions } from "@drover/proto/rest";
import type { Caller } from "./caller.ts";

/** Throws unless the caller's role has the permission. REST and gRPC ask here and nowhere else. */
export function authorise(caller: Caller | undefined, permission: Permission): void {
  if (permission === "public") return;
  if (caller === undefined)
    throw new DroverError("unauthenticated", "TOKEN_MISSING", "no API token was given: send it as `Authorization: Bearer <token>`");
  if (!rolePermissions[caller.role].includes(permission))
    throw new DroverError(
      "forbidden",
      "PERMISSION_DENIED",
      `role ${caller.role} lacks ${permission}: ask an admin for a token with another role`,
      {
        details: { permission, role: caller.role },
      },
    );
}
