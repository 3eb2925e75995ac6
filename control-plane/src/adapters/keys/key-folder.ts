import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DroverError, Secret } from "@drover/kit";
import type { KeyStore } from "../../app/bootstrap.ts";

/** One file a secret, mode 0600 in a folder of mode 0700: a folder on a laptop, a mounted Secret in a cluster. */
export const createKeyFolder = (folder: string): KeyStore => ({
  async keep(name, make) {
    const file = join(folder, name);
    return (await read(file)) ?? (await create(folder, file, await make()));
  },
});

async function read(file: string): Promise<Secret | undefined> {
  try {
    return new Secret((await readFile(file, "utf8")).trim());
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new DroverError("unavailable", "KEY_UNREADABLE", `read key ${file}: check that this user may read it`, { cause });
  }
}

/** A link appears whole or not at all, and never in place of another: a crash or a second bootstrap cannot leave half a key. */
async function create(folder: string, file: string, secret: Secret): Promise<Secret> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const unnamed = `${file}.${randomBytes(6).toString("hex")}.new`;
  await writeFile(unnamed, `${secret.reveal()}\n`, { mode: 0o600, flush: true });
  try {
    await link(unnamed, file);
    return secret;
  } catch (cause) {
    const first = (cause as NodeJS.ErrnoException).code === "EEXIST" ? await read(file) : undefined;
    if (first) return first;
    throw new DroverError("unavailable", "KEY_NOT_WRITTEN", `write key ${file}: the data directory must be writable`, { cause });
  } finally {
    await rm(unnamed, { force: true });
  }
}
