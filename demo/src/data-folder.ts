import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DroverError } from "@drover/kit";

export interface DataFolder {
  readonly path: string;
  /** Removes it, unless a person named the place. */
  discard(): Promise<void>;
}

/** The path of a unix socket has 108 bytes on Linux, and ours is in this folder. */
const maxPathBytes = 80;

/** A folder that only this user may enter. It holds keys and tokens. */
export async function makeDataFolder(given: string | undefined): Promise<DataFolder> {
  const place = given ?? tmpdir();
  if (Buffer.byteLength(place) > maxPathBytes)
    throw new DroverError("invalid", "DATA_FOLDER_TOO_DEEP", `${place} is longer than ${maxPathBytes} bytes: name a shorter --data-dir`);
  if (given === undefined) {
    const path = await mkdtemp(join(tmpdir(), "drover-demo-")); // 0700 by itself
    return { path, discard: () => rm(path, { recursive: true, force: true }) };
  }
  await mkdir(given, { recursive: true, mode: 0o700 });
  if ((await readdir(given)).length > 0)
    throw new DroverError("invalid", "DATA_FOLDER_IN_USE", `${given} is not empty: name a new folder, every demo begins with a new fleet`);
  return { path: given, discard: async () => undefined };
}
