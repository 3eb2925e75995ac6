import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Secret } from "@drover/kit";
import type { ApiTokenStore, TokenMaker } from "./tokens.ts";
import { readTokenText } from "./token-text.ts";

interface FirstAdminTokenDeps {
  readonly tokens: Pick<TokenMaker, "create" | "adopt">;
  readonly store: Pick<ApiTokenStore, "hasAdmin" | "find">;
  /** Where one that is made here is written. */
  readonly file: string;
  /** One that was made with the installation and is kept by whoever installed it. */
  readonly given: Secret | undefined;
}

/**
 * Makes an installation reachable: when no admin token is good any more, lets in the given one, or writes a new one to `file` (mode 0600).
 * Safe to repeat. Two replicas that start at once may make one each; the file then holds the later one, and both are in the list.
 * `spent`: the given one was let in before and is not good any more.
 */
export async function ensureFirstAdminToken({
  tokens,
  store,
  file,
  given,
}: FirstAdminTokenDeps): Promise<"made" | "adopted" | "present" | "spent"> {
  if (await store.hasAdmin()) return "present";
  const bootstrap = { actor: "drover", role: "admin", requestId: "bootstrap", traceparent: undefined } as const;
  const request = { subject: "admin", role: "admin", ttl: "365d" } as const;
  if (given !== undefined) return adopt();
  const { token } = await tokens.create(bootstrap, request);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Renamed into place: whoever waits for the file never reads half of it, nor takes away what another replica is writing.
  const unnamed = `${file}.${randomUUID()}.new`;
  await writeFile(unnamed, `${token.reveal()}\n`, { mode: 0o600 });
  await rename(unnamed, file);
  return "made";

  async function adopt(): Promise<"adopted" | "present" | "spent"> {
    const { id } = readTokenText(given?.reveal() ?? "") ?? {};
    if (id !== undefined && (await store.find(id)) !== undefined) return (await store.hasAdmin()) ? "present" : "spent";
    try {
      await tokens.adopt(bootstrap, request, given as Secret);
      return "adopted";
    } catch (error) {
      // Another replica was faster.
      if (await store.hasAdmin()) return "present";
      throw error;
    }
  }
}
