import { DroverError } from "@drover/kit";
import type { FleetTexts } from "../../domain/fleet/project-commit.ts";
import type { Problem } from "../../domain/release/release.ts";
import type { Mirror, ReadLimits, TreeFile } from "../source/git.ts";

/** A hundred thousand clusters, one file each, with some room. */
export const fleetLimits: ReadLimits = { files: 150_000, fileBytes: 1024 * 1024, bytes: 256 * 1024 * 1024, depth: 16 };

/** A file that is too large is that object's problem, not the fleet's. */
export async function readTexts(
  mirror: Mirror,
  tree: readonly TreeFile[],
  paths: readonly string[],
  signal: AbortSignal,
): Promise<FleetTexts> {
  const wanted = new Set(paths);
  const texts = new Map<string, string | Problem>();
  for (let left = tree.filter(({ path }) => wanted.has(path)); ; left = left.filter(({ path }) => !texts.has(path))) {
    try {
      const contents = left.length === 0 ? new Map<string, Uint8Array>() : await mirror.contents(left, fleetLimits, signal);
      for (const [path, content] of contents) texts.set(path, new TextDecoder().decode(content));
      return texts;
    } catch (error) {
      const path = error instanceof DroverError && error.code === "SOURCE_TOO_LARGE" ? error.details["path"] : undefined;
      if (typeof path !== "string" || texts.has(path)) throw error;
      texts.set(path, { code: "FLEET_FILE_TOO_LARGE", message: (error as DroverError).message });
    }
  }
}
