import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { generate } from "./generate.ts";
import { breakingChanges } from "./openapi-breaking.ts";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

// Cheap and telling steps first. Each is a program of its own; the unit tests end with the closing line.
const steps: readonly Step[] = [
  { name: "format", command: ["oxfmt", "--check"] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "types", command: ["tsc", "-b"] },
  { name: "boundaries", command: ["turbo", "boundaries", "--no-color", "--filter=!@drover/test"] },
  { name: "dead code", command: ["knip", "--no-progress"] },
  { name: "proto lint", command: ["buf", "lint"] },
  { name: "proto breaking", command: ["buf", "breaking", "--against", "proto/baseline.binpb"] },
  { name: "OpenAPI lint", command: ["redocly", "lint", "docs/reference/openapi.json", "--format=stylish"] },
  {
    name: "unit and property tests",
    command: ["vitest", "run", "--project", "unit", "--reporter=dot", "--reporter=./scripts/plain-reporter.ts"],
  },
];

const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", REDOCLY_TELEMETRY: "off", DO_NOT_TRACK: "1" };

function run({ command: [program = "", ...args] }: Step): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (text: Buffer) => (output += text.toString()));
    child.stderr.on("data", (text: Buffer) => (output += text.toString()));
    child.on("error", (error) => resolve({ ok: false, output: error.message }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

async function timed(name: string, work: () => Promise<{ ok: boolean; output: string }>): Promise<boolean> {
  const start = performance.now();
  const { ok, output } = await work();
  console.log(`${ok ? "ok  " : "FAIL"} ${name.padEnd(24)} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (!ok || name.endsWith("tests")) console.log(output.trimEnd());
  return ok;
}

const stale = async (): Promise<{ ok: boolean; output: string }> => {
  const changed = await generate({ write: false });
  return { ok: changed.length === 0, output: changed.map((file) => `${file} is not what \`npm run generate\` makes`).join("\n") };
};

/** `proto/openapi-baseline.json` is the document of the last release. */
const broken = async (): Promise<{ ok: boolean; output: string }> => {
  const [before, after] = await Promise.all(["proto/openapi-baseline.json", "docs/reference/openapi.json"].map(readJson));
  const changes = breakingChanges(before ?? {}, after ?? {});
  return { ok: changes.length === 0, output: changes.join("\n") };
};

const readJson = async (file: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;

let ok = true;
for (const step of steps.slice(0, -1)) ok = (await timed(step.name, () => run(step))) && ok;
ok = (await timed("generated files", stale)) && ok;
ok = (await timed("OpenAPI breaking", broken)) && ok;
for (const step of steps.slice(-1)) ok = (await timed(step.name, () => run(step))) && ok;
process.exitCode = ok ? 0 : 1;
