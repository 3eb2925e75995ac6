import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OwnCluster } from "./own-cluster.ts";

const api = "/api/v1";

interface StoredSecret {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** A Secret that stands for a folder of files, as a mount of it would. */
export interface FolderSecret {
  /** Lays the Secret's files into the folder; those that are there already and not in the Secret stay. */
  fetch(): Promise<void>;
  /** Makes the Secret what the folder is. `lost`: somebody changed it since `fetch`, and nothing was written. */
  store(): Promise<"stored" | "unchanged" | "lost">;
}

export function createFolderSecret(
  cluster: OwnCluster,
  name: string,
  folder: string,
  labels: Readonly<Record<string, string>>,
): FolderSecret {
  let known: StoredSecret | undefined;
  return {
    async fetch() {
      known = (await cluster.get(api, `secrets/${name}`)) as StoredSecret | undefined;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const [file, content] of Object.entries(known?.data ?? {}))
        await writeFile(join(folder, file), Buffer.from(content, "base64"), { mode: 0o600 });
    },
    async store() {
      const data = await filesIn(folder);
      if (known !== undefined && digestOf(known.data ?? {}) === digestOf(data)) return "unchanged";
      const secret = { apiVersion: "v1", kind: "Secret", type: "Opaque", metadata: { name, labels }, data };
      const written =
        known === undefined
          ? await cluster.write("POST", api, "secrets", secret)
          : await cluster.write("PUT", api, `secrets/${name}`, {
              ...secret,
              metadata: { name, labels, resourceVersion: known.metadata.resourceVersion },
            });
      return written ? "stored" : "lost";
    },
  };
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return Object.fromEntries(
    await Promise.all(files.sort().map(async (file) => [file, (await readFile(join(folder, file))).toString("base64")] as const)),
  );
}

const digestOf = (data: Readonly<Record<string, string>>): string =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest("hex");
