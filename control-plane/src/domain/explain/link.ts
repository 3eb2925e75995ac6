import { type Instant, rfc3339 } from "@drover/kit";

/** One link of the chain from "it is not there yet" to what somebody can do about it. */
export interface Link {
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
  readonly numbers: Readonly<Record<string, number | string>>;
  /** When it may change by itself. */
  readonly next?: Instant | undefined;
  /** What a person can do, as a command where there is one. */
  readonly action?: string;
  /** Why this is so. Links that have nothing to do with each other stand side by side. */
  readonly causes?: readonly Link[];
}

/** A link in a list: `parent` is the index of the link that it is a cause of. */
export interface ListedLink extends Omit<Link, "causes"> {
  readonly parent?: number;
}

/** Each link is followed by its causes, so that a parent comes before its children. */
export function listLinks(links: readonly Link[]): readonly ListedLink[] {
  const listed: ListedLink[] = [];
  const add = (link: Link, parent: number | undefined): void => {
    const { causes = [], ...own } = link;
    const index = listed.push({ ...own, ...(parent === undefined ? {} : { parent }) }) - 1;
    for (const cause of causes) add(cause, index);
  };
  for (const link of links) add(link, undefined);
  return listed;
}

/** The first link because of the others. */
export const causedBy = (link: Link, causes: readonly Link[]): Link => (causes.length === 0 ? link : { ...link, causes });

export const sinceText = (at: Instant | undefined): string => (at === undefined ? "never" : rfc3339(at));

/** For a cluster that has no identity: never had one, or lost it. */
export const enrolAction = (cluster: string): string => `start its agent with a token of \`drover cluster token ${cluster}\``;

/** What a person can do about a problem of a place or a cluster. */
export const actionFor = (code: string): string =>
  actions[code] ?? `correct what it names and push; ${code} is explained in docs/reference/errors.md`;

const actions: Readonly<Record<string, string>> = {
  AMBIGUOUS_ENVIRONMENT: "let only one of the environments select the cluster, by its labels or their clusterSelector",
  TOO_MANY_APPLICATIONS: "move some of its applications to another cluster",
  PROJECT_FORBIDS_CLUSTER: "let the project's destinations select the cluster, or the environment another one",
  SOURCE_NOT_FETCHED: "nothing: it is fetched by itself",
  SOURCE_UNAVAILABLE:
    "correct source.repository or source.credentialsRef of the application, or look at its git host; it is tried again by itself",
  SOURCE_CREDENTIALS_MISSING:
    "mount the Secret that source.credentialsRef of the application names, or correct that; it is tried again by itself",
  SOURCE_CREDENTIALS_REFUSED: "renew what source.credentialsRef of the application names, or correct that; it is tried again by itself",
  SOURCE_REDIRECTED: "write the URL that the host redirects to into source.repository of the application",
  SOURCE_REF_MISSING: "push the branch or tag, or correct source.ref",
};

/** AMBIGUOUS_ENVIRONMENT is shown as AmbiguousEnvironment. */
export const kindOfCode = (code: string): string =>
  code
    .split("_")
    .map((word) => word.slice(0, 1) + word.slice(1).toLowerCase())
    .join("");
