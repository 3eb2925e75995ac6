import type { JsonObject } from "@drover/kit";

/** A Kubernetes object, desired or live. */
export interface Manifest extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

export interface Metadata extends JsonObject {
  readonly name: string;
}

/** What an object is, whatever version of its kind somebody reads it in. */
export interface ObjectId {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Undefined for cluster-scoped kinds. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** One text per object, for maps and queues. None of its parts can hold a slash. */
export const keyOf = ({ group, kind, namespace, name }: ObjectId): string => `${group}/${kind}/${namespace ?? ""}/${name}`;

/** An object as people write it: `Deployment.apps shop/web`. */
export const nameOf = ({ group, kind, namespace, name }: ObjectId): string =>
  `${kind}${group === "" ? "" : `.${group}`} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

/** The object that `nameOf` wrote. Undefined for anything else. */
export function parseName(text: string): ObjectId | undefined {
  const [, kind, group = "", namespace, name] = /^([A-Za-z0-9]+)(?:\.([^ /]+))? (?:([^ /]+)\/)?([^ /]+)$/.exec(text) ?? [];
  return kind === undefined || name === undefined ? undefined : { group, kind, namespace, name };
}

export const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "");
export const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf("/") + 1);
