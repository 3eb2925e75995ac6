import { randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The uid by which a cluster in memory is known. Its objects end with the process that holds them, and whoever starts it again means the
 * same cluster: it is kept beside the context that names the server.
 */
export async function memoryIdentity(folder: string, cluster: string): Promise<string> {
  const file = join(folder, "in-memory-clusters", cluster);
  const known = await readFile(file, "utf8").catch(() => "");
  if (uuid.test(known)) return known;
  const uid = randomUUID();
  await mkdir(join(folder, "in-memory-clusters"), { recursive: true, mode: 0o700 });
  await writeFile(file, uid, { mode: 0o600 });
  return uid;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
