import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DroverError, Secret } from "@drover/kit";
import type { Remote } from "../../domain/fleet/remote.ts";

/** What opens a repository, read anew for each use so that a rotated Secret counts at once. */
export type Credentials =
  | { readonly kind: "none"; readonly ca: string | undefined }
  | { readonly kind: "basic"; readonly username: string; readonly password: Secret; readonly ca: string | undefined }
  | { readonly kind: "ssh"; readonly privateKey: Secret; readonly knownHosts: string };

/**
 * Reads `<folder>/<name>/`, the mounted form of a Secret with the file names that other GitOps tools use: `username` and `password` (and
 * `ca.crt` for a host with an authority of its own), or `ssh-privatekey` and `known_hosts`.
 * Throws `unavailable` SOURCE_CREDENTIALS_MISSING.
 */
export async function loadCredentials(folder: string, name: string | undefined, remote: Remote): Promise<Credentials> {
  if (name === undefined && remote.scheme === "ssh") throw missing("SSH needs a key; name its Secret by source.credentialsRef", remote);
  if (name === undefined) return { kind: "none", ca: undefined };
  const place = join(folder, name);
  const read = (file: string): Promise<string | undefined> => readFile(join(place, file), "utf8").catch(() => undefined);
  if (remote.scheme === "ssh") {
    const [privateKey, knownHosts] = [(await read("ssh-privatekey")) ?? (await read("identity")), await read("known_hosts")];
    if (privateKey === undefined || knownHosts === undefined) throw missing(`${place} must hold ssh-privatekey and known_hosts`, remote);
    return { kind: "ssh", privateKey: new Secret(privateKey), knownHosts };
  }
  const [username, password, ca] = [await read("username"), await read("password"), await read("ca.crt")];
  if (username !== undefined && password !== undefined)
    return { kind: "basic", username: username.trim(), password: new Secret(password.trim()), ca: ca && join(place, "ca.crt") };
  if (ca !== undefined && username === undefined && password === undefined) return { kind: "none", ca: join(place, "ca.crt") };
  throw missing(`${place} must hold username and password`, remote);
}

const missing = (what: string, { host }: Remote): DroverError =>
  new DroverError("unavailable", "SOURCE_CREDENTIALS_MISSING", `open a repository on ${host}: ${what}`);
