import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { locateAll } from "@drover/tools";

/** The commands of a guide, block by block, in the order in which a reader would run them. */
export function commandsIn(guide: string): readonly string[] {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/guides/${guide}`, import.meta.url)), "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
}

/** What stands for the reader's own things: words of the guide, and what they are here. */
export type Words = Readonly<Record<string, string>>;

/** Runs a block as it is written, with Helm and kubectl at hand. Fails when any of its commands does. */
export async function runCommands(block: string, words: Words, kubeconfig: string): Promise<string> {
  const programs = await locateAll(["helm", "kubectl"]);
  const anyWord = new RegExp(`(?<!\\w)(${Object.keys(words).map(RegExp.escape).join("|")})(?!\\w)`, "g");
  const script = block.replaceAll(anyWord, (word) => words[word] ?? word);
  const path = [...Object.values(programs).map((file) => dirname(file)), process.env["PATH"]].join(delimiter);
  const env = { PATH: path, HOME: "/nonexistent", KUBECONFIG: kubeconfig };
  const { stdout } = await promisify(execFile)("bash", ["--norc", "-euo", "pipefail", "-c", script], { env, timeout: 60_000 });
  return stdout;
}
