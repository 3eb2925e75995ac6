import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  say: (text) => process.stderr.write(`${text}\n`),
  isTerminal: process.stdout.isTTY,
});
