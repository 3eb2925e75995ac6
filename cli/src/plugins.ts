import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

interface Plugin {
  readonly file: string;
  readonly args: readonly string[];
}

/** `drover foo bar --x` is `drover-foo-bar --x` where that is on PATH, otherwise `drover-foo bar --x`; undefined where neither is. */
export function findPlugin(argv: readonly string[], path: string | undefined): Plugin | undefined {
  const end = argv.findIndex((word) => !/^[a-z0-9][\w-]*$/i.test(word));
  const words = end < 0 ? argv : argv.slice(0, end);
  for (let count = words.length; count > 0; count -= 1) {
    const file = onPath(`drover-${words.slice(0, count).join("-")}`, path);
    if (file !== undefined) return { file, args: argv.slice(count) };
  }
  return undefined;
}

function onPath(name: string, path: string | undefined): string | undefined {
  return (path ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** With this terminal. Ends as it ends. */
export async function runPlugin({ file, args }: Plugin, env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(file, args, { stdio: "inherit", env });
  const [status] = (await once(child, "close")) as [number | null];
  return status ?? 1;
}
