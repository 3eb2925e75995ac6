import { hash } from "node:crypto";

/**
 * Of the bytes rather than of a version alone: a view holds more than one row, and times that pass. Where an object has a version the tag begins
 * with it, `"7.x2Fk…"`, and that is the part which an edit's If-Match looks at.
 */
export function tagOf(body: Buffer, version: number | undefined): string {
  const digest = hash("sha256", body, "base64url").slice(0, 22);
  return version === undefined ? `"${digest}"` : `"${version}.${digest}"`;
}

/** The same in other bytes. */
export const encodedTag = (tag: string, encoding: string): string => `${tag.slice(0, -1)}.${encoding}"`;

/** Whether an If-None-Match header names the tag. A weak form of it counts, and so does that of other bytes: what they say is the same. */
export const matches = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch?.split(",").some((one) => one.trim() === "*" || plain(one.trim()) === tag) ?? false;

const plain = (tag: string): string => tag.replace(/^W\//, "").replace(/\.gzip"$/, '"');
