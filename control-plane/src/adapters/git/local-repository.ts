import fs from "node:fs";
import type { Instant } from "@drover/kit";
import git from "isomorphic-git";
import { buildCommits } from "./build-commits.ts";
import { openObjectReader } from "./object-reader.ts";

const skeleton = `# This repository says what should run where. See docs/guides/fleet-repository.md; \`drover validate\` checks it.
apiVersion: drover.dev/v1
`;

/** Makes the embedded fleet repository, with one commit that marks it as such, unless the folder holds a repository already. */
export async function ensureLocalRepository(gitdir: string, branch: string, now: Instant): Promise<void> {
  const ref = `refs/heads/${branch}`;
  await git.init({ fs, gitdir, bare: true, defaultBranch: branch });
  const head = await git.resolveRef({ fs, gitdir, ref }).catch(() => undefined);
  if (head !== undefined) return;
  const files = new Map([["drover.yaml", skeleton]]);
  const first = { message: "start a fleet repository\n", author: "Drover <drover@localhost>", files };
  await using reader = openObjectReader(gitdir, new AbortController().signal);
  const [commit = ""] = await buildCommits(gitdir, reader, undefined, [first], now);
  await git.writeRef({ fs, gitdir, ref, value: commit });
}
