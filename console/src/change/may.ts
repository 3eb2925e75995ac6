import { grantedPermissions, type Identity, type Permission } from "@drover/proto/rest";

/** What may be needed to press a button, and where. */
export interface Wish {
  readonly permission: Permission;
  /** Grants of a token name environments; permissions of a role hold everywhere. */
  readonly environment?: string;
}

/** Why the caller may not, in words for a person; undefined when he may. The server decides again. */
export function whyNot(identity: Identity | undefined, { permission, environment }: Wish): string | undefined {
  if (identity === undefined) return "it is not known yet what your token may do";
  if (identity.permissions.includes(permission)) return undefined;
  const grant = Object.entries(grantedPermissions).find(([, granted]) => granted === permission)?.[0] as
    | keyof typeof grantedPermissions
    | undefined;
  if (grant === undefined) return `your role, ${identity.role}, lacks the permission ${permission}`;
  const granted = identity[grant];
  if (granted.includes("*") || (environment !== undefined && granted.includes(environment))) return undefined;
  const where = environment === undefined ? "" : ` in ${environment}`;
  return `your token is not granted ${permission}${where}`;
}
