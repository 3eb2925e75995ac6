import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { generate } from "./generate.ts";
import { breakingChanges } from "./openapi-breaking.ts";

interface Result {
  readonly ok: boolean;
  readonly output: string;
}

interface Step {
  readonly name: string;
  readonly work: () => Promise<Result>;
}

const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", REDOCLY_TELEMETRY: "off", DO_NOT_TRACK: "1" };

const tests: Step = {
  name: "unit and property tests",
  work: program("vitest", "run", "--project", "unit", "--reporter=dot", "--reporter=./scripts/plain-reporter.ts"),
};

// Beside the tests, one after another; those that take long first, so that the short ones fill what is left.
const others: readonly Step[] = [
  { name: "lint", work: program("oxlint", "--type-aware", "--deny-warnings") },
  // One checker a project: each further one reads all types of the libraries again, and there are projects enough for every core.
  { name: "types", work: program("tsc", "-b", "--checkers", "1") },
  { name: "dead code", work: program("knip", "--no-progress") },
  { name: "format", work: program("oxfmt", "--check") },
  { name: "boundaries", work: program("turbo", "boundaries", "--no-color", "--filter=!@drover/test") },
  { name: "generated files", work: stale },
  { name: "proto lint", work: program("buf", "lint") },
  { name: "proto breaking", work: program("buf", "breaking", "--against", "proto/baseline.binpb") },
  { name: "OpenAPI lint", work: program("redocly", "lint", "docs/reference/openapi.json", "--format=stylish") },
  { name: "OpenAPI breaking", work: broken },
];

function program(file: string, ...args: readonly string[]): () => Promise<Result> {
  return () =>
    new Promise((resolve) => {
      const child = spawn(file, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      child.stdout.on("data", (text: Buffer) => (output += text.toString()));
      child.stderr.on("data", (text: Buffer) => (output += text.toString()));
      child.on("error", (error) => resolve({ ok: false, output: error.message }));
      child.on("close", (code) => resolve({ ok: code === 0, output }));
    });
}

async function stale(): Promise<Result> {
  const changed = await generate({ write: false });
  return { ok: changed.length === 0, output: changed.map((file) => `${file} is not what \`npm run generate\` makes`).join("\n") };
}

/** `proto/openapi-baseline.json` is the document of the last release. */
async function broken(): Promise<Result> {
  const [before, after] = await Promise.all(["proto/openapi-baseline.json", "docs/reference/openapi.json"].map(readJson));
  const changes = breakingChanges(before ?? {}, after ?? {});
  return { ok: changes.length === 0, output: changes.join("\n") };
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
}

async function take({ name, work }: Step): Promise<Result> {
  const start = performance.now();
  const result = await work();
  console.log(`${result.ok ? "ok  " : "FAIL"} ${name.padEnd(24)} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  if (!result.ok && name !== tests.name) console.log(result.output.trimEnd());
  return result;
}

// As many at once as there are cores: who has nothing left takes the next.
const waiting = others.values();
const results: Result[] = [];
const lane = async (): Promise<void> => {
  for (const step of waiting) results.push(await take(step));
};
const tested = take(tests);
await Promise.all([tested.then(lane), ...Array.from({ length: Math.max(1, availableParallelism() - 1) }, lane)]);
// Whatever ended last, the tally of the tests is the last line.
const { ok, output } = await tested;
console.log(output.trimEnd());
process.exitCode = ok && results.every((result) => result.ok) ? 0 : 1;
