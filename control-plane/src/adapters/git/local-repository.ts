import { DroverError, type Instant } from "@drover/kit";
import { fastImportScript } from "./fast-import.ts";
import { type GitRun, runGit } from "./run-git.ts";

const skeleton = `# This repository says what should run where. See docs/guides/fleet-repository.md; \`drover validate\` checks it.
apiVersion: drover.dev/v1
`;

/** Makes the embedded fleet repository, with one commit that marks it as such, unless the folder holds a repository already. */
export async function ensureLocalRepository(gitDir: string, branch: string, now: Instant): Promise<void> {
  const ref = `refs/heads/${branch}`;
  await succeed({ args: ["init", "--quiet", "--bare", "--template=", `--initial-branch=${branch}`, gitDir] });
  const { status } = await runGit({ args: ["--git-dir", gitDir, "rev-parse", "--verify", "--quiet", ref] }, never);
  if (status === 0) return;
  const files = new Map([["drover.yaml", skeleton]]);
  const commits = [{ message: "start a fleet repository\n", author: "Drover <drover@localhost>", files }];
  const input = fastImportScript({ ref, parent: undefined, commits, at: now });
  await succeed({ args: ["--git-dir", gitDir, "fast-import", "--quiet", "--done"], input });
}

/** Each run has its own deadline. */
const never = new AbortController().signal;

async function succeed(run: GitRun): Promise<void> {
  const { status, stderr } = await runGit(run, never);
  if (status !== 0)
    throw new DroverError("internal", "GIT_FAILED", "make the embedded fleet repository: git failed", { cause: new Error(stderr.trim()) });
}
