import { DroverError } from "@drover/kit";
import type { ObjectRef, Resource } from "../../app/kube.ts";
import type { FieldConflict } from "./ownership.ts";

// The errors of the port, in the server's words where it has any. One function per code.

export const describe = ({ resource, namespace, name }: ObjectRef): string =>
  `${resource.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

export function conflict(ref: ObjectRef, conflicts: readonly FieldConflict[]): DroverError {
  const said = conflicts.map(({ manager, field }) => `${field} belongs to "${manager}"`).join(", ");
  return new DroverError("wrong-state", "KUBE_CONFLICT", `apply ${describe(ref)}: ${said}`, { details: { conflicts } });
}

export const stale = (ref: ObjectRef, why: string): DroverError =>
  new DroverError("stale", "KUBE_STALE", `${describe(ref)}: ${why}; read it again`);

export const notFound = (ref: ObjectRef): DroverError => new DroverError("not-found", "KUBE_NOT_FOUND", `${describe(ref)} not found`);

export const namespaceNotFound = (ref: ObjectRef): DroverError =>
  new DroverError("not-found", "KUBE_NOT_FOUND", `${describe(ref)}: namespace ${ref.namespace ?? ""} not found`);

export const kindNotFound = ({ group, version, plural }: Resource): DroverError =>
  new DroverError("not-found", "KUBE_NOT_FOUND", `the server does not serve ${plural}.${version}${group === "" ? "" : `.${group}`}`);

export const exists = (ref: ObjectRef): DroverError => new DroverError("exists", "KUBE_EXISTS", `${describe(ref)} exists already`);

export const invalid = (ref: ObjectRef, message: string): DroverError =>
  new DroverError("invalid", "KUBE_INVALID", `${describe(ref)} refused: ${message}`, { details: { causes: [message] } });

export const immutable = (ref: ObjectRef, field: string): DroverError =>
  new DroverError("invalid", "KUBE_IMMUTABLE", `${describe(ref)} refused: ${field} is immutable`, { details: { fields: [field] } });

export const forbidden = (ref: ObjectRef, why: string, reason = "Forbidden"): DroverError =>
  new DroverError("forbidden", "KUBE_FORBIDDEN", `${describe(ref)} refused: ${why}`, { details: { causes: [{ reason, message: why }] } });

export const gone = (resourceVersion: string): DroverError =>
  new DroverError("stale", "KUBE_GONE", `resource version ${resourceVersion} is too old: list again`);
