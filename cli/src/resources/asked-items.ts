import type { Client } from "@drover/proto/rest";
import { type OutputForm, isForPeople } from "../output/output-form.ts";
import type { View } from "../output/print.ts";
import { type FilterOptions, filtersFor } from "./filter-options.ts";
import { type Amount, getResource, type Listed, listOverview, listResource, type ListQuery } from "./read-resource.ts";
import type { Overview, Resource } from "./resource.ts";
import { refuseUnknownNames } from "./unknown-names.ts";

interface AskedOptions extends FilterOptions, Amount {
  readonly output?: OutputForm | undefined;
  readonly sortBy?: string | undefined;
}

/** One kind of what `drover get` was asked for. */
export interface Asked<Options extends AskedOptions = AskedOptions> {
  readonly resource: Resource;
  /** By name; all when there is none. */
  readonly wanted: readonly string[];
  readonly options: Options;
}

interface Found extends Listed {
  readonly view: View<unknown>;
}

/** The rows of a table, where people read it or ask for what only the rows know; else the items themselves. */
export const overviewFor = ({ resource: { overview }, options: { output, environment } }: Asked): Overview | undefined =>
  isForPeople(output) || environment !== undefined ? overview : undefined;

/** What is there of it. A name that nothing has is refused: what came to nothing because of it would look like a fleet in order. */
export async function findAsked(client: Client, asked: Asked): Promise<Found> {
  const { resource, wanted, options } = asked;
  const overview = overviewFor(asked);
  if (overview === undefined && wanted.length > 0)
    return { items: await Promise.all(wanted.map((name) => getResource(client, resource, name))), more: false, view: resource.view };
  const listed =
    overview === undefined
      ? await listResource(client, resource, filtersFor(resource, options), amountOf(options))
      : await rowsOf(client, overview, asked);
  if (listed.items.length === 0) await refuseUnknownNames(client, options);
  return { ...listed, view: (overview ?? resource).view };
}

export async function rowsOf(client: Client, overview: Overview, { resource, wanted, options }: Asked): Promise<Listed> {
  const query = filtersFor(resource, options, overview);
  const queries: readonly ListQuery[] = wanted.length === 0 ? [query] : wanted.map((name) => ({ ...query, ...overview.nameQuery(name) }));
  const parts = await Promise.all(queries.map((one) => listOverview(client, overview, one, amountOf(options))));
  return { items: parts.flatMap(({ items }) => items), more: parts.some(({ more }) => more) };
}

/** An order is that of all of them, so it takes all of them. */
const amountOf = ({ limit, chunkSize, sortBy }: AskedOptions): Amount => ({ limit: sortBy === undefined ? limit : undefined, chunkSize });
