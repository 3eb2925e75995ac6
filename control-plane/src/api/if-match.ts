import { DroverError } from "@drover/kit";
import type { IfMatch } from "../domain/fleet/object-edit.ts";

/** As an edit's caller writes it, or as the tag of a GET, in which more follows: what is seen may change without the version. */
const version = /^"(\d{1,15})(?:\.[\w.-]*)?"$/;

/** The same where nobody has to send one. */
export const parseOptionalIfMatch = (header: string | undefined): IfMatch | undefined =>
  header === undefined ? undefined : parseIfMatch(header);

/**
 * The versions that an If-Match header names. A tag that is no version, or a weak one, is a version of nothing: it matches no object.
 * Throws `precondition-required` IF_MATCH_REQUIRED, `invalid` IF_MATCH_INVALID.
 */
export function parseIfMatch(header: string | undefined): IfMatch {
  if (header === undefined)
    throw new DroverError(
      "precondition-required",
      "IF_MATCH_REQUIRED",
      'send If-Match with the ETag of the GET or the version that it showed, as in If-Match: "7", or * for whichever there is',
    );
  const text = header.trim();
  if (text === "*") return "*";
  const tags = text.split(",").map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag)))
    throw new DroverError("invalid", "IF_MATCH_INVALID", 'If-Match is * or quoted versions, as in If-Match: "7"');
  return tags.flatMap((tag) => version.exec(tag)?.[1] ?? []).map(Number);
}
