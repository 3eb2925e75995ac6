import { createHash } from "node:crypto";
import { canonicalJson, DroverError } from "@drover/kit";
import { defaultPageSize } from "@drover/proto/rest";
import type { Page, PageKey, PageRequest } from "../app/page.ts";

interface ListQuery {
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** Which list a token continues: the operation, its path and its filters. A token of another one would skip rows silently. */
export interface ListIdentity {
  readonly operation: string;
  readonly params: unknown;
  readonly query: ListQuery;
}

/**
 * A token is the key of the last row and a checksum that binds it to its list. It is no secret: a made-up one names a row of a list
 * that its owner may read anyway.
 */
export function pageRequest(list: ListIdentity): PageRequest {
  const { pageSize = defaultPageSize, pageToken } = list.query;
  return { size: pageSize, after: pageToken === undefined ? undefined : readToken(list, pageToken) };
}

export function pageAnswer<Item>(list: ListIdentity, page: Page<Item>): { items: Item[]; nextPageToken?: string } {
  const items = [...page.items];
  return page.next === undefined ? { items } : { items, nextPageToken: writeToken(list, page.next) };
}

const writeToken = (list: ListIdentity, key: PageKey): string =>
  Buffer.from(JSON.stringify([checksum(list, key), ...key])).toString("base64url");

function readToken(list: ListIdentity, token: string): PageKey {
  const key = parse(token);
  const [sum, ...rest] = key ?? [];
  if (key === undefined || sum !== checksum(list, rest))
    throw new DroverError("invalid", "PAGE_TOKEN_INVALID", "pageToken is not of this list with these filters: begin again without it");
  return rest;
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
  const { pageSize: _size, pageToken: _token, ...filters } = query;
  const text = canonicalJson([operation, params, filters, key]);
  return createHash("sha256").update(text).digest("base64url").slice(0, 11);
}
