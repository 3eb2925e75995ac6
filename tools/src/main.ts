import { dirname, join } from "node:path";
import { DroverError, errorChain } from "@drover/kit";
import { cacheFolder } from "./candidates.ts";
import { findProgram, locate } from "./locate.ts";
import { isProgramName, type Program, programs } from "./programs.ts";

const usage = `Usage: npm run tools -- [--list] [PROGRAM…]

Finds the pinned programs and builds those that are missing into a cache outside the tree.

  --list     only say where each program is found
  PROGRAM    ${programs.map(({ name }) => name).join(", ")} (default: all)
`;

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help")) return void process.stdout.write(usage);
  const chosen = choose(args.filter((arg) => arg !== "--list"));
  for (const program of chosen) {
    if (args.includes("--list")) console.log(await describe(program));
    else console.log(`${program.name.padEnd(24)}${await locate(program.name as (typeof programs)[number]["name"])}`);
  }
}

function choose(names: readonly string[]): readonly Program[] {
  const unknown = names.find((name) => !isProgramName(name));
  if (unknown !== undefined) throw new DroverError("invalid", "PROGRAM_UNKNOWN", `there is no program "${unknown}"\n\n${usage}`);
  return names.length === 0 ? programs : programs.filter(({ name }) => names.includes(name));
}

async function describe(program: Program): Promise<string> {
  const { candidate, skipped } = await findProgram(program, process.env);
  const place =
    candidate === undefined
      ? `missing; it would be built into ${join(dirname(cacheFolder(program, process.env)), "…")}`
      : `${candidate.file} (${candidate.origin})`;
  return [
    `${program.name.padEnd(24)}${program.version.padEnd(9)}${place}`,
    ...skipped.map((why) => `${" ".repeat(33)}passed over: ${why}`),
  ].join("\n");
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${errorChain(error)}\n`);
  process.exitCode = error instanceof DroverError && error.kind === "invalid" ? 2 : 1;
}
