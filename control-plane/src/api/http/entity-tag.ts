import { hash } from "node:crypto";

export const strongTag = (body: string): string => `"${hash("sha256", body, "base64url").slice(0, 22)}"`;

/** Whether an If-None-Match header names the tag. A weak form of it counts: the bytes are the same. */
export const matches = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch !== undefined && ifNoneMatch.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === tag);
