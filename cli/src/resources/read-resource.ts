import { DroverError } from "@drover/kit";
import type { Client, OperationId } from "@drover/proto/rest";
import { type Overview, parametersOf, type Resource } from "./resource.ts";

export type ListQuery = Readonly<Record<string, string | boolean | undefined>>;

type Page = { readonly items: readonly unknown[]; readonly nextPageToken?: string };

// The table holds a resource's operations and its view together, which the compiler checks there; here they are any operation.
const call = (client: Client, operation: OperationId, input: object): Promise<unknown> =>
  (client as (id: OperationId, input: object) => Promise<unknown>)(operation, input);

/** As many items as the server puts into one answer. */
const largestPage = 500;

export interface Amount {
  /** No more of them than that; all when absent. */
  readonly limit?: number | undefined;
  /** Asked for at a time. */
  readonly chunkSize?: number | undefined;
}

export interface Listed {
  readonly items: readonly unknown[];
  /** Whether there are others than these. */
  readonly more: boolean;
}

/** Items of a list. Pages are asked for as they are needed. */
export const listResource = (client: Client, resource: Resource, query: ListQuery = {}, amount: Amount = {}): Promise<Listed> =>
  collected(resource.gathered?.pages(client, query) ?? pagesOf(client, resource.list, query, amount), amount);

export const listOverview = (client: Client, { pages }: Overview, query: ListQuery, amount: Amount): Promise<Listed> =>
  collected(pages(client, query), amount);

async function* pagesOf(
  client: Client,
  list: OperationId,
  query: ListQuery,
  { limit = Infinity, chunkSize = largestPage }: Amount,
): AsyncGenerator<readonly unknown[], void> {
  let pageToken: string | undefined;
  let left = limit;
  do {
    // One more than is wanted tells whether there are more.
    const pageSize = Math.min(largestPage, chunkSize, left + 1);
    const page = (await call(client, list, { query: { ...query, pageSize, pageToken } })) as Page;
    yield page.items;
    left -= page.items.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

async function collected(pages: AsyncIterable<readonly unknown[]>, { limit = Infinity }: Amount): Promise<Listed> {
  const items: unknown[] = [];
  for await (const page of pages) {
    items.push(...page);
    if (items.length > limit) return { items: items.slice(0, limit), more: true };
  }
  return { items, more: false };
}

/** One by its name. Throws what the server says, or RESOURCE_NOT_FOUND. */
export async function getResource(client: Client, resource: Resource, name: string): Promise<unknown> {
  const { get, gathered, isMeant, view, name: plural } = resource;
  if (gathered !== undefined) return gathered.get(client, name);
  if (get !== undefined) return call(client, get.operation, { params: { [get.parameter]: name } });
  const found = (await listResource(client, resource)).items.filter((item) => isMeant?.(item, name) === true);
  if (found.length === 1) return found[0];
  const why = found.length === 0 ? "there is none" : "more than one is meant";
  throw new DroverError("not-found", "RESOURCE_NOT_FOUND", `${view.kind} ${name}: ${why}; \`drover get ${plural}\` shows them`);
}

/** A query of those options that the list takes. Throws OPTION_INVALID for one that it does not: a filter must never be ignored. */
export function queryFor(resource: Resource, options: Readonly<Record<string, string | undefined>>, overview?: Overview): ListQuery {
  const known = overview?.chosenBy ?? resource.gathered?.chosenBy ?? parametersOf(resource.list);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name] of given)
    if (!known.includes(name)) throw new DroverError("invalid", "OPTION_INVALID", `get ${resource.name}: they cannot be chosen by ${name}`);
  return Object.fromEntries(given);
}

/** kubectl's `state=Offline,name!=eu-1` as the API's filter. */
export function fieldFilter(selector: string): string {
  return selector
    .split(",")
    .map((term) => {
      const [, field, operator, value] = /^\s*([A-Za-z]\w*)\s*(!=|==|=)\s*(.*?)\s*$/.exec(term) ?? [];
      if (field === undefined || operator === undefined || value === undefined)
        throw new DroverError("invalid", "FIELD_SELECTOR_INVALID", `read field selector: "${term}" is not FIELD=VALUE or FIELD!=VALUE`);
      return `${field} ${operator === "!=" ? "!=" : "="} "${value.replace(/["\\]/g, "\\$&")}"`;
    })
    .join(" AND ");
}
