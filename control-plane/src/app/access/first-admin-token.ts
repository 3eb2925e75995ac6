import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { ApiTokenStore, ApiTokens } from "./tokens.ts";

/**
 * Makes an installation reachable: when no admin token is good any more, writes a new one to `file` (mode 0600). Safe to repeat.
 * Two replicas that start at once may make one each; the file then holds the later one, and both are in the list.
 */
export async function ensureFirstAdminToken(deps: {
  readonly tokens: ApiTokens;
  readonly store: Pick<ApiTokenStore, "hasAdmin">;
  readonly file: string;
}): Promise<"made" | "present"> {
  if (await deps.store.hasAdmin()) return "present";
  const bootstrap = { actor: "drover", role: "admin", requestId: "bootstrap", traceparent: undefined } as const;
  const { token } = await deps.tokens.create(bootstrap, { subject: "admin", role: "admin", ttl: "365d" });
  await mkdir(dirname(deps.file), { recursive: true, mode: 0o700 });
  // Renamed into place: whoever waits for the file never reads half of it, nor takes away what another replica is writing.
  const unnamed = `${deps.file}.${randomUUID()}.new`;
  await writeFile(unnamed, `${token.reveal()}\n`, { mode: 0o600 });
  await rename(unnamed, deps.file);
  return "made";
}
