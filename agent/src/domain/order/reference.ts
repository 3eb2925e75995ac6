import type { ObjectId } from "../manifest.ts";

/** An object as `drover.dev/depends-on` names it. */
export interface ObjectReference {
  readonly group: string;
  readonly kind: string;
  /** Undefined: that of the object which names it, or none for a cluster-scoped kind. */
  readonly namespace: string | undefined;
  readonly name: string;
}

const named = /^(?<kind>[A-Za-z][A-Za-z0-9]*)(\.(?<group>[a-z0-9.-]+))?\s+((?<namespace>[a-z0-9-]+)\/)?(?<name>[^\s/]+)$/;
const slashed = /^(?<group>[a-z0-9.-]*)\/(?<kind>[A-Za-z][A-Za-z0-9]*)\/(?<namespace>[a-z0-9-]*)\/(?<name>[^\s/]+)$/;

/** `Kind.group namespace/name` as statuses write it, or `group/Kind/namespace/name`; group and namespace may be missing in both. */
export function parseReference(text: string): ObjectReference | undefined {
  const { group = "", kind, namespace = "", name } = (named.exec(text) ?? slashed.exec(text))?.groups ?? {};
  if (kind === undefined || name === undefined) return undefined;
  return { group, kind, namespace: namespace === "" ? undefined : namespace, name };
}

/** The objects that a reference of `from` may mean, the likelier first. */
export const candidates = ({ namespace, ...named }: ObjectReference, from: ObjectId): readonly ObjectId[] =>
  namespace === undefined
    ? [
        { ...named, namespace: from.namespace },
        { ...named, namespace: undefined },
      ]
    : [{ ...named, namespace }];
