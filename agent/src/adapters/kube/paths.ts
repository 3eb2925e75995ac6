import type { ListOptions, ObjectRef, Resource } from "../../app/kube.ts";

type Query = Readonly<Record<string, string | undefined>>;

/** `/apis/apps/v1/namespaces/shop/deployments`. Without a namespace, all of them. */
export function collectionPath({ group, version, plural }: Resource, namespace: string | undefined, query: Query = {}): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${plural}${queryText(query)}`;
}

export const objectPath = ({ resource, namespace, name }: ObjectRef, query: Query = {}): string =>
  `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}${queryText(query)}`;

/** A part of an object of the core group that is asked for by itself. */
export const subresourcePath = (namespace: string, plural: string, name: string, part: string, query: Query): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}/${part}${queryText(query)}`;

export const listQuery = ({ labelSelector, fieldSelector }: ListOptions): Query => ({ labelSelector, fieldSelector });

/** The subject of an operation in messages: `ConfigMap shop/settings`. */
export const subject = ({ resource, namespace, name }: ObjectRef): string =>
  `${resource.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

function queryText(query: Query): string {
  const present = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return present.length === 0 ? "" : `?${new URLSearchParams(present).toString()}`;
}
