import { DroverError, type ErrorKind } from "@drover/kit";

interface Reading {
  readonly pattern: RegExp;
  readonly kind: ErrorKind;
  readonly code: string;
  readonly meaning: string;
}

/** What git and ssh say in English (LC_ALL=C) when a transport fails. The first that matches counts. */
const readings: readonly Reading[] = [
  {
    pattern: /Host key verification failed|no matching host key/i,
    kind: "unavailable",
    code: "SOURCE_HOST_KEY_UNKNOWN",
    meaning: "the host's SSH key is not in known_hosts; add the right one to the credentials",
  },
  {
    pattern: /Authentication failed|could not read (Username|Password)|Permission denied \(|returned error: (401|403)|HTTP 40[13]/i,
    kind: "unavailable",
    code: "SOURCE_CREDENTIALS_REFUSED",
    meaning: "the host refuses the credentials, or wants some; check credentialsRef",
  },
  {
    pattern: /returned error: 30[1-8]|redirect/i,
    kind: "unavailable",
    code: "SOURCE_REDIRECTED",
    meaning: "the host redirects to another URL, which is never followed; write the final URL",
  },
  {
    pattern: /hasDot|hasDotdot|hasDotgit|fullPathname|duplicateEntries|emptyName|gitmodules/i,
    kind: "invalid",
    code: "SOURCE_PATH_UNSAFE",
    meaning: "a commit holds names such as .. or .git, or one name twice; remove them from its history",
  },
  {
    pattern: /fsck error|bad object|index-pack failed|corrupt|unpack-objects (failed|died)/i,
    kind: "invalid",
    code: "SOURCE_CORRUPT",
    meaning: "the host sent objects that are broken; check the repository with git fsck",
  },
  {
    pattern: /not found|does not appear to be a git repository|returned error: 404/i,
    kind: "unavailable",
    code: "SOURCE_UNAVAILABLE",
    meaning: "the host has no such repository, or hides it from these credentials; check the URL and credentialsRef",
  },
];

/** Turns what git said into one of our errors, once. git's own words are its cause: they may name the URL, which never holds a password. */
export function transportError(operation: string, stderr: string): DroverError {
  const reading = readings.find(({ pattern }) => pattern.test(stderr));
  const cause = new Error(stderr.trim().slice(-2000));
  return reading === undefined
    ? new DroverError("unavailable", "SOURCE_UNAVAILABLE", `${operation}: the git host does not answer as it should`, { cause })
    : new DroverError(reading.kind, reading.code, `${operation}: ${reading.meaning}`, { cause });
}
