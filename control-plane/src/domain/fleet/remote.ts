import { DroverError } from "@drover/kit";

/** A repository on a git host. The URL has been checked for its form; where its host points to has not. */
export interface Remote {
  /** In URL form, without a trailing slash. Never holds a password. */
  readonly url: string;
  readonly scheme: "https" | "http" | "ssh";
  readonly user: string | undefined;
  /** Lower case, without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

const ports = { https: 443, http: 80, ssh: 22 } as const;

/** Throws `invalid` SOURCE_SCHEME_REFUSED or SOURCE_URL_INVALID. Messages never repeat the URL: it may hold a password. */
export function parseRemote(written: string): Remote {
  const text = urlForm(written);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url?.protocol.slice(0, -1);
  if (url === undefined || scheme === undefined || scheme.length === 0)
    throw invalidUrl("it is no URL: write https://host/path or ssh://user@host/path");
  if (scheme !== "https" && scheme !== "http" && scheme !== "ssh")
    throw new DroverError("invalid", "SOURCE_SCHEME_REFUSED", `read a repository URL: "${scheme}:" is refused; use https:// or ssh://`);
  if (url.password !== "" || (scheme !== "ssh" && url.username !== ""))
    throw invalidUrl("it holds credentials; name them by credentialsRef instead");
  if (url.search !== "" || url.hash !== "") throw invalidUrl("it has a query or a fragment");
  // A leading dash would be an option to ssh, and control characters a second line to a credential reader.
  if (!/^\[?[a-z0-9:.][-a-z0-9:._]*\]?$/i.test(url.hostname) || !/^[\w.-]{0,64}$/.test(url.username) || url.username.startsWith("-"))
    throw invalidUrl("its host or user is no plain name");
  if (url.pathname.length < 2 || /[\p{Cc}\s\\]/u.test(decode(url.pathname))) throw invalidUrl("its path names no repository");
  return {
    url: text.replace(/\/+$/, ""),
    scheme,
    user: url.username === "" ? undefined : url.username,
    host: url.hostname.replace(/^\[|\]$/g, "").toLowerCase(),
    port: url.port === "" ? ports[scheme] : Number(url.port),
    path: url.pathname.replace(/\/+$/, ""),
  };
}

/** Equal for URLs of one repository, however they are written: with or without `.git`, over HTTPS or SSH. Undefined when it is no URL of ours. */
export function repositoryKey(text: string): string | undefined {
  try {
    const { scheme, host, port, path } = parseRemote(withoutUser(urlForm(text)));
    const shownPort = port === ports[scheme] ? "" : `:${port}`;
    return `${host}${shownPort}${path.replace(/\.git$/, "")}`.toLowerCase();
  } catch {
    return undefined;
  }
}

/** ssh's own short form `git@host:path`, as hosts print it, becomes a URL. */
const urlForm = (text: string): string => text.replace(/^((?:[\w.-]+@)?[\w-]+(?:\.[\w-]+)+|[\w.-]+@[\w.-]+):(?!\/)/, "ssh://$1/");
const withoutUser = (text: string): string => text.replace(/^(\w+:\/\/)[^/@]*@/, "$1");

const invalidUrl = (why: string): DroverError => new DroverError("invalid", "SOURCE_URL_INVALID", `read a repository URL: ${why}`);

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "\0"; // no UTF-8: refused like any other unprintable
  }
}
