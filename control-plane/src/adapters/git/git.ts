import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "@drover/kit/node";
import type { Git, Mirror, RepositoryPlace } from "../../app/source/git.ts";
import type { AccessOptions } from "./access.ts";
import { createMirror, makeMirrorFolder } from "./mirror.ts";

export interface GitOptions extends AccessOptions {
  /** Mirrors live in `<dataDir>/mirrors`; losing it costs one fetch. */
  readonly dataDir: string;
  readonly clock: Clock;
}

/** Git by the system's own program. */
export function createGit(options: GitOptions): Git {
  const mirrors = new Map<string, Mirror>();
  return {
    async open(place, signal) {
      const name = mirrorName(place);
      const gitDir = join(options.dataDir, "mirrors", name);
      await makeMirrorFolder(gitDir, signal);
      const mirror = mirrors.get(name) ?? createMirror({ gitDir, place, access: options, clock: options.clock });
      mirrors.set(name, mirror);
      return mirror;
    },
  };
}

/** One mirror for each pair of repository and credentials: what some credentials opened must not be read by those who lack them. */
const mirrorName = ({ repository, credentialsRef = "" }: RepositoryPlace): string =>
  createHash("sha256").update(`${repository}\n${credentialsRef}`).digest("hex").slice(0, 40);
