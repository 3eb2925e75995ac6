import { run } from "./run.ts";

async function ask(question: string): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  say: (text) => process.stderr.write(`${text}\n`),
  isTerminal: process.stdout.isTTY,
  columns: () => process.stdout.columns,
  rows: () => process.stdout.rows,
  ask: process.stdin.isTTY ? ask : undefined,
});
