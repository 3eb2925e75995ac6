import { type ErrorEntries, entry } from "./entry.ts";

export const sourcesErrors: ErrorEntries = {
  SOURCE_UNAVAILABLE: entry(
    "unavailable",
    "The repository cannot be reached.",
    "The host is down, or its name does not resolve.",
    "Look at the host; it is tried again.",
  ),
  SOURCE_CREDENTIALS_MISSING: entry(
    "unavailable",
    "The credentials that are named are not there.",
    "No folder of that name under DROVER_CREDENTIALS_DIR.",
    "Mount the Secret.",
  ),
  SOURCE_CREDENTIALS_REFUSED: entry(
    "unavailable",
    "The host refuses the credentials.",
    "They expired, or none were named.",
    "Check `credentialsRef` and what it holds.",
  ),
  SOURCE_HOST_KEY_UNKNOWN: entry(
    "unavailable",
    "The host's SSH key is not in known_hosts.",
    "A new host, or somebody in between. There is no trust on first use.",
    "Add the right key to the credentials.",
  ),
  SOURCE_EGRESS_REFUSED: entry(
    "forbidden",
    "The address may not be reached.",
    "The URL resolves to a loopback, link-local, metadata or private address.",
    "If that is meant, add host:port to DROVER_EGRESS_ALLOW.",
  ),
  SOURCE_REDIRECTED: entry("unavailable", "The host redirects to another URL.", "The repository was moved.", "Write the final URL."),
  SOURCE_SCHEME_REFUSED: entry("invalid", "The URL's scheme is not allowed.", "`file:`, `git:` or another one.", "Use https:// or ssh://."),
  SOURCE_URL_INVALID: entry(
    "invalid",
    "The repository's URL cannot be used.",
    "A typing error, or credentials in it.",
    "Correct the URL; name credentials with `credentialsRef`.",
  ),
  SOURCE_REF_MISSING: entry(
    "shown",
    "There is no such branch or tag.",
    "It was deleted, or `source.ref` is mistyped.",
    "Push it, or correct `source.ref`; what runs stays.",
  ),
  SOURCE_NOT_FETCHED: entry("shown", "The source has not been fetched yet.", "It was just added.", "Nothing; it resolves by itself."),
  SOURCE_HISTORY_REWRITTEN: entry(
    "shown",
    "The branch no longer contains the commit in force.",
    "A force push.",
    "Push a branch that contains it, or promote `head` to take the new history.",
  ),
  SOURCE_PATH_NOT_FOUND: entry("not-found", "The commit has no such folder.", "`source.path` is mistyped.", "Correct `source.path`."),
  SOURCE_PATH_UNSAFE: entry(
    "invalid",
    "The commit holds names that are refused.",
    "`..`, `.git`, control characters, or one name twice.",
    "Remove them from the history.",
  ),
  SOURCE_SYMLINK: entry("invalid", "A file is a symbolic link.", "Links are never followed.", "Commit the file itself."),
  SOURCE_TOO_LARGE: entry("invalid", "The source is larger than is read.", "Large files, or very many.", "Move them out of `source.path`."),
  SOURCE_CORRUPT: entry("invalid", "The host sent broken objects.", "A damaged repository.", "Check it with `git fsck`."),
  SOURCE_OBJECT_CORRUPT: entry(
    "internal",
    "An object's content has another id.",
    "Damage on disk.",
    "Remove the mirror under the data directory; it is fetched again.",
  ),
  SOURCE_OBJECT_MISSING: entry(
    "internal",
    "The mirror lacks an object.",
    "Damage on disk.",
    "Remove the mirror under the data directory; it is fetched again.",
  ),
  REPOSITORY_NAME_INVALID: entry(
    "invalid",
    "The name is none for a repository.",
    "Characters that a path does not take.",
    "Use a name such as `web` or `acme/web`.",
  ),
};
