import fs from "node:fs";
import { type Instant, rfc3339 } from "@drover/kit";
import git from "isomorphic-git";

const skeleton = `# This repository says what should run where. See docs/guides/fleet-repository.md; \`drover validate\` checks it.
apiVersion: drover.dev/v1
`;

/** Makes the embedded fleet repository, with one commit that marks it as such, unless the folder holds a repository already. */
export async function ensureLocalRepository(gitdir: string, branch: string, now: Instant): Promise<void> {
  const ref = `refs/heads/${branch}`;
  await git.init({ fs, gitdir, bare: true, defaultBranch: branch });
  const head = await git.resolveRef({ fs, gitdir, ref }).catch(() => undefined);
  if (head !== undefined) return;
  const oid = await git.writeBlob({ fs, gitdir, blob: Buffer.from(skeleton) });
  const tree = await git.writeTree({ fs, gitdir, tree: [{ mode: "100644", path: "drover.yaml", oid, type: "blob" }] });
  const author = { name: "Drover", email: "drover@localhost", timestamp: Math.floor(now / 1000), timezoneOffset: 0 };
  await git.commit({ fs, gitdir, ref, tree, parent: [], message: `start a fleet repository\n\nMade on ${rfc3339(now)}.\n`, author });
}
