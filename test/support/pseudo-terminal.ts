import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "./wait-until.ts";

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A program at a terminal of its own: util-linux's `script` has one made by the kernel, with all that a person's has. */
export interface PseudoTerminal {
  /** All that the program has written, as the terminal got it. */
  readonly screen: () => string;
  readonly type: (keys: string) => void;
  readonly resize: (columns: number) => Promise<void>;
  readonly ended: Promise<number | null>;
  readonly stop: () => Promise<void>;
}

export async function atTerminal(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { columns, rows }: Size,
): Promise<PseudoTerminal> {
  const folder = await mkdtemp(join(tmpdir(), "drover-terminal-"));
  const [order, done] = [join(folder, "order"), join(folder, "done")];
  // Only who is inside can turn the terminal's size: a shell beside the program does it when it finds the order.
  const resizer = `while [ -e ${folder} ]; do if [ -s ${order} ]; then stty cols "$(cat ${order})" && rm ${order} && touch ${done}; fi; sleep 0.1; done`;
  const command = `stty cols ${columns} rows ${rows}; here=$(tty); (${resizer}) <"$here" & exec ${argv.map(quoted).join(" ")}`;
  const child: ChildProcess = spawn("script", ["-qefc", command, "/dev/null"], {
    env: { ...env, SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let screen = "";
  child.stdout?.on("data", (chunk: Buffer) => (screen += chunk.toString("utf8")));
  const ended = once(child, "close").then(([status]) => status as number | null);
  return {
    screen: () => screen,
    type: (keys) => child.stdin?.write(keys),
    async resize(to) {
      await writeFile(order, String(to));
      await waitUntil("the terminal has its size", () => Promise.resolve(existsSync(done)), 10_000);
      await rm(done);
    },
    ended,
    async stop() {
      await rm(folder, { recursive: true, force: true });
      child.kill();
      await ended;
    },
  };
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
