import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ready } from "./ready-file.ts";
import type { World } from "./world.ts";

/** A file for a person's shell to read: after it `drover` speaks to the demo, and git may push to its host. Answers its path. */
export async function writeShellFile(ready: Ready, { gitHost }: Pick<World, "gitHost">): Promise<string> {
  const variables = {
    DROVER_CONFIG: await writeContext(ready),
    DEMO_GIT: gitHost.url,
    // For every git of that shell, and for this host alone.
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `credential.${gitHost.url}.helper`,
    GIT_CONFIG_VALUE_0: `store --file=${gitHost.credentialFile}`,
  };
  const file = join(ready.dataDir, "env");
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  await writeFile(file, [...lines, nameForCommits].join(""), { mode: 0o600 });
  return file;
}

/** For who has never told git theirs, as on a new machine. */
const nameForCommits = `git config user.email > /dev/null ||
  export GIT_AUTHOR_NAME=you GIT_AUTHOR_EMAIL=you@demo.invalid GIT_COMMITTER_NAME=you GIT_COMMITTER_EMAIL=you@demo.invalid
`;

async function writeContext({ api, caFile, tokenFile, dataDir }: Ready): Promise<string> {
  const file = join(dataDir, "cli-config");
  const context = { name: "demo", server: api, caFile, tokenFile };
  await writeFile(file, `${JSON.stringify({ currentContext: "demo", contexts: [context] }, undefined, 2)}\n`, { mode: 0o600 }); // JSON is YAML
  return file;
}
