import { DroverError } from "@drover/kit";
import type { IfMatch } from "../domain/fleet/object-edit.ts";

const version = /^"(\d{1,15})"$/;

/**
 * The versions that an If-Match header names. A tag that is no version, or a weak one, is a version of nothing: it matches no object.
 * Throws `precondition-required` IF_MATCH_REQUIRED, `invalid` IF_MATCH_INVALID.
 */
export function parseIfMatch(header: string | undefined): IfMatch {
  if (header === undefined)
    throw new DroverError(
      "precondition-required",
      "IF_MATCH_REQUIRED",
      'send If-Match with the version that you read, as in If-Match: "7" (the ETag of the GET), or * for whichever there is',
    );
  const text = header.trim();
  if (text === "*") return "*";
  const tags = text.split(",").map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag)))
    throw new DroverError("invalid", "IF_MATCH_INVALID", 'If-Match is * or quoted versions, as in If-Match: "7"');
  return tags.flatMap((tag) => version.exec(tag)?.[1] ?? []).map(Number);
}
