import { hash } from "node:crypto";
import { canonicalJson, DroverError } from "@drover/kit";
import {
  type Comparison,
  defaultPageSize,
  type Filter,
  type ListFields,
  type OperationId,
  parseListFilter,
  parseOrderBy,
  routeTable,
} from "@drover/proto/rest";
import type { ListRequest, Page, PageKey } from "../app/page.ts";
import type { WatchPosition } from "../app/watch/watch-resource.ts";
import { parseLabelSelector } from "../domain/cluster/parse-label-selector.ts";

interface ListQuery {
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
  readonly filter?: string | undefined;
  readonly orderBy?: string | undefined;
  readonly labels?: string | undefined;
  readonly after?: string | undefined;
}

/** Which list a token continues: the operation, its path and its filters. A token of another one would skip rows silently. */
export interface ListIdentity {
  readonly operation: OperationId;
  readonly params: unknown;
  readonly query: ListQuery;
}

type ShortHands = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * What a list is asked for. A query parameter with the name of one of the list's fields is short for a comparison with `=`; `known` replaces
 * those that mean another field.
 *
 * A page token is the key of the last row and a checksum that binds it to its list. It is no secret: a made-up one names a row of a list
 * that its owner may read anyway.
 */
export function pageRequest(list: ListIdentity, known: ShortHands = {}): ListRequest {
  const { pageSize = defaultPageSize, pageToken, filter, orderBy, labels, ...shortHands } = list.query;
  const fields = routeTable[list.operation].list ?? {};
  const terms = shortHandTerms(fields, { ...shortHands, ...known });
  if (filter !== undefined) terms.push(parseListFilter(fields, filter));
  return {
    size: pageSize,
    after: pageToken === undefined ? undefined : readToken(list, pageToken),
    filter: terms.length > 1 ? { kind: "and", terms } : terms[0],
    order: orderBy === undefined ? [] : parseOrderBy(fields, orderBy),
    labels: labels === undefined ? undefined : parseLabelSelector(labels),
  };
}

function shortHandTerms(fields: ListFields, shortHands: ShortHands): Filter[] {
  return Object.entries(shortHands).flatMap(([field, value]): Comparison[] =>
    value === undefined || !Object.hasOwn(fields, field)
      ? []
      : [{ kind: "compare", field, operator: "=", value: String(value), position: 1 }],
  );
}

export function pageAnswer<Item>(list: ListIdentity, page: Page<Item>): { items: Item[]; nextPageToken?: string } {
  const items = [...page.items];
  return page.next === undefined ? { items } : { items, nextPageToken: writeToken(list, page.next) };
}

/** Where a watch stands, as text: its event, and while the list is still being told, the token of the page after. */
export const watchCursor = (list: ListIdentity, { event, listed }: WatchPosition): string =>
  listed === undefined ? event : `${event}~${writeToken(list, listed)}`;

export function readWatchCursor(list: ListIdentity, cursor: string): WatchPosition {
  const [event = "", token] = cursor.split("~", 2);
  return token === undefined ? { event } : { event, listed: readToken(list, token) };
}

const writeToken = (list: ListIdentity, key: PageKey): string =>
  Buffer.from(JSON.stringify([checksum(list, key), ...key])).toString("base64url");

function readToken(list: ListIdentity, token: string): PageKey {
  const key = parse(token)?.slice(1);
  // Compared as a whole: base64 has several texts for the same bytes.
  if (key === undefined || writeToken(list, key) !== token)
    throw new DroverError("invalid", "PAGE_TOKEN_INVALID", "pageToken is not of this list with these filters: begin again without it");
  return key;
}

function parse(token: string): PageKey | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    return Array.isArray(value) && value.every((part) => typeof part === "string" || typeof part === "number") ? value : undefined;
  } catch {
    return undefined;
  }
}

function checksum({ operation, params, query }: ListIdentity, key: PageKey): string {
  const { pageSize: _size, pageToken: _token, after: _after, ...filters } = query;
  const text = canonicalJson([operation, params, filters, key]);
  return hash("sha256", text, "base64url").slice(0, 11);
}
