import type { WhyLink } from "@drover/proto/rest";

/** A link and what it is because of. */
export interface Cause {
  readonly link: WhyLink;
  readonly causes: readonly Cause[];
}

/** The server's flat list as a tree: a link that names a parent is a cause of it, and stands behind it in the list. */
export function causesOf(links: readonly WhyLink[], parent?: number): readonly Cause[] {
  return links.flatMap((link, index) => (link.parent === parent ? [{ link, causes: causesOf(links, index) }] : []));
}
