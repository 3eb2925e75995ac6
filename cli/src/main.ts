import { basename } from "node:path";
import { harmless } from "./output/harmless.ts";
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

/** What is typed is not shown, and stands in no history of commands. */
async function askSecret(question: string): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const { Writable } = await import("node:stream");
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(question);
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return (await terminal.question("")).trim();
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}

async function readInput(): Promise<string> {
  const { text } = await import("node:stream/consumers");
  return text(process.stdin);
}

/** The launcher of a clone says by what name it was called. */
const calledAs = (): string => basename(process.env["DROVER_CALLED_AS"] ?? process.argv[1] ?? "");

// `drover get … | head`: whoever reads no more has what they wanted.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(process.stdout.isTTY ? harmless(text) : text),
  say: (text) => process.stderr.write(`${process.stderr.isTTY ? harmless(text) : text}\n`),
  outBytes: (bytes) => process.stdout.write(bytes),
  outScreen: process.stdout.isTTY ? (text) => process.stdout.write(text) : undefined,
  // As kubectl's plugin it is typed with a space.
  programName: calledAs().startsWith("kubectl-") ? "kubectl drover" : "drover",
  isTerminal: process.stdout.isTTY,
  draw: process.stderr.isTTY ? (text) => process.stderr.write(text) : undefined,
  columns: () => process.stdout.columns,
  rows: () => process.stdout.rows,
  onResize: (listener) => {
    process.stdout.on("resize", listener);
    return () => process.stdout.off("resize", listener);
  },
  onInterrupt: (listener) => {
    process.once("SIGINT", listener);
    return () => process.off("SIGINT", listener);
  },
  ask: process.stdin.isTTY ? ask : undefined,
  askSecret: process.stdin.isTTY ? askSecret : undefined,
  readInput,
});
