import { type Answer, type OperationId, routeTable } from "@drover/proto/rest";
import type { View } from "../output/print.ts";

/** A list that the API has, as the command line knows it: get, describe, watch, wait, explain and completion all read this. */
export interface Resource<Item = unknown> {
  /** In the plural, like `clusters`. */
  readonly name: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  /** Its `kind` is the singular. */
  readonly view: View<Item>;
  readonly list: OperationId;
  /** The operation that reads one, and its parameter; where there is none, the list is searched. */
  readonly get?: { readonly operation: OperationId; readonly parameter: string };
  /** Whether what was given as a name means this one, where the list is searched. */
  readonly isMeant?: (item: Item, name: string) => boolean;
  /** Where events tell of one, like `clusters/<id>`. */
  readonly subject?: (item: Item) => string;
  /** What `why` is asked about one. */
  readonly why?: (item: Item) => Readonly<Record<string, string>>;
}

type ItemOf<Id extends OperationId> = Answer<Id> extends { items: readonly (infer Item)[] } ? Item : never;

export const resource = <Id extends OperationId>(of: Resource<ItemOf<Id>> & { readonly list: Id }): Resource => of as unknown as Resource;

/** Query parameters of an operation. */
export const parametersOf = (operation: OperationId): readonly string[] => Object.keys(routeTable[operation].query?.properties ?? {});

/** The operation that follows the list, where the server has one. */
export function watchOf({ list }: Resource): OperationId | undefined {
  const id = list.replace(/^list/, "watch");
  // Follows what happens, not what is there.
  if (id === "watchEvents") return undefined;
  return id in routeTable ? (id as OperationId) : undefined;
}

/** All that it may be called. */
export const namesOf = ({ name, shortNames, view }: Resource): readonly string[] => [...new Set([name, view.kind, ...shortNames])];
