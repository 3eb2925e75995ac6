import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DroverError, Secret } from "@drover/kit";

/** What opens a server that a gate calls, read anew for each call so that a rotated Secret counts at once. */
export interface TokenFolder {
  readonly token: Secret | undefined;
  /** In PEM; trusted beside the system's authorities. */
  readonly ca: string | undefined;
}

/**
 * Reads `<folder>/<name>/`, the mounted form of a Secret: `token`, and `ca.crt` for a server with an authority of its own. Never `username`
 * and `password`: who writes a strategy must not be able to send a repository's password to a server of his.
 * Throws `unavailable` GATE_CREDENTIALS_MISSING.
 */
export async function loadToken(folder: string, name: string | undefined): Promise<TokenFolder> {
  if (name === undefined) return { token: undefined, ca: undefined };
  const place = join(folder, name);
  const read = (file: string): Promise<string | undefined> => readFile(join(place, file), "utf8").catch(() => undefined);
  const [token, ca] = [await read("token"), await read("ca.crt")];
  if (token === undefined && ca === undefined)
    throw new DroverError("unavailable", "GATE_CREDENTIALS_MISSING", `open ${place}: it must hold token, or ca.crt`);
  return { token: token === undefined ? undefined : new Secret(token.trim()), ca };
}
