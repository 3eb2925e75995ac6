import { type Answer, type Client, type EditedKind, type OperationId, routeTable } from "@drover/proto/rest";
import type { View } from "../output/print.ts";
import type { ListQuery } from "./read-resource.ts";

/** A list that the API has, as the command line knows it: get, describe, watch, wait, explain and completion all read this. */
export interface Resource<Item = unknown> {
  /** In the plural, like `clusters`. */
  readonly name: string;
  /** What several are called in a sentence, where that is not `name`. */
  readonly inWords?: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  /** Its `kind` is the singular. */
  readonly view: View<Item>;
  readonly list: OperationId;
  /** The field that holds what it is called, where the list can be filtered by it. */
  readonly nameField?: string;
  /** Its kind in a file, where `drover apply` takes it. */
  readonly fleetKind?: EditedKind;
  /** The operation that reads one, and its parameter; where there is none, the list is searched. */
  readonly get?: { readonly operation: OperationId; readonly parameter: string };
  /** Where reading it takes more than one question to the API. */
  readonly gathered?: Gathered<Item>;
  /** What people are shown as a table, where that is more than the items. */
  readonly overview?: Overview;
  /** Whether what was given as a name means this one, where the list is searched. */
  readonly isMeant?: (item: Item, name: string) => boolean;
  /** Where events tell of one, like `clusters/<id>`. */
  readonly subject?: (item: Item) => string;
  /** What `why` is asked about one. */
  readonly why?: (item: Item) => Readonly<Record<string, string>>;
}

interface Gathered<Item> {
  readonly chosenBy: readonly string[];
  readonly pages: (client: Client, query: ListQuery) => AsyncIterable<readonly Item[]>;
  readonly get: (client: Client, name: string) => Promise<Item>;
}

/** Rows of a table instead of items. `nameQuery` chooses those of one item. */
export interface Overview<Row = unknown> {
  readonly view: View<Row>;
  readonly chosenBy: readonly string[];
  readonly pages: (client: Client, query: ListQuery) => AsyncIterable<readonly Row[]>;
  readonly nameQuery: (name: string) => ListQuery;
  /** What tells one row from another. */
  readonly key: (row: Row) => string;
}

type ItemOf<Id extends OperationId> = Answer<Id> extends { items: readonly (infer Item)[] } ? Item : never;

export const resource = <Id extends OperationId>(of: Resource<ItemOf<Id>> & { readonly list: Id }): Resource => of as unknown as Resource;

export const overview = <Row>(of: Overview<Row>): Overview => of as unknown as Overview;

/** Query parameters of an operation. */
export const parametersOf = (operation: OperationId): readonly string[] => Object.keys(routeTable[operation].query?.properties ?? {});

/** The operation that follows the list, where the server has one. */
export function watchOf({ list, gathered }: Resource): OperationId | undefined {
  const id = list.replace(/^list/, "watch");
  // Follows what happens, not what is there.
  if (gathered !== undefined || id === "watchEvents") return undefined;
  return id in routeTable ? (id as OperationId) : undefined;
}

/** All that it may be called. */
export const namesOf = ({ name, shortNames, view }: Resource): readonly string[] => [...new Set([name, view.kind, ...shortNames])];

/** As an item says what it is: `HeldPrune`. */
export const kindOf = ({ fleetKind, view }: Resource): string =>
  fleetKind ?? view.kind.replace(/(?:^|-)(\w)/g, (_text, letter: string) => letter.toUpperCase());
