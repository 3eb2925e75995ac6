import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "@drover/kit";

/**
 * Files of `<folder>/<name>/`, the mounted form of a Secret, read anew for each message so that a rotated one counts at once. Each receiver
 * has names of its own: who writes a notification must not be able to send a repository's password to a server of theirs.
 */
export interface CredentialFiles {
  readonly place: string;
  read(file: CredentialFile): Promise<Secret | undefined>;
}

export type CredentialFile = "signing-key" | "signing-key.previous" | "webhook-url" | "routing-key" | "events-url" | "smtp-url" | "ca.crt";

export function credentialFiles(folder: string, name: string): CredentialFiles {
  const place = join(folder, name);
  return {
    place,
    read: async (file) => {
      const text = await readFile(join(place, file), "utf8").catch(() => undefined);
      return text === undefined || text.trim() === "" ? undefined : new Secret(text.trim());
    },
  };
}
