import { DroverError } from "@drover/kit";
import type { Client, OperationId } from "@drover/proto/rest";
import { allPages } from "../cli.ts";
import { parametersOf, type Resource } from "./resource.ts";

export type ListQuery = Readonly<Record<string, string | boolean | undefined>>;

type Page = { readonly items: readonly unknown[]; readonly nextPageToken?: string };

// The table holds a resource's operations and its view together, which the compiler checks there; here they are any operation.
const call = (client: Client, operation: OperationId, input: object): Promise<unknown> =>
  (client as (id: OperationId, input: object) => Promise<unknown>)(operation, input);

const largestPage = 500;

export const listResource = (client: Client, { list }: Resource, query: ListQuery = {}): Promise<readonly unknown[]> =>
  allPages(async (pageToken) => (await call(client, list, { query: { ...query, pageSize: largestPage, pageToken } })) as Page);

/** One by its name. Throws what the server says, or RESOURCE_NOT_FOUND. */
export async function getResource(client: Client, resource: Resource, name: string): Promise<unknown> {
  const { get, isMeant, view, name: plural } = resource;
  if (get !== undefined) return call(client, get.operation, { params: { [get.parameter]: name } });
  const found = (await listResource(client, resource)).filter((item) => isMeant?.(item, name) === true);
  if (found.length === 1) return found[0];
  const why = found.length === 0 ? "there is none" : "more than one is meant";
  throw new DroverError("not-found", "RESOURCE_NOT_FOUND", `${view.kind} ${name}: ${why}; \`drover get ${plural}\` shows them`);
}

/** A query of those options that the list takes. Throws OPTION_INVALID for one that it does not: a filter must never be ignored. */
export function queryFor(resource: Resource, options: Readonly<Record<string, string | undefined>>): ListQuery {
  const known = parametersOf(resource.list);
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
