import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Mutant, mutants } from "./mutants.ts";

const repository = resolve(import.meta.dirname, "../../..");
/** What mutants are made of; everything else is the repository's own. */
const copied = ["control-plane/src", "agent/src", "test/simulation", "package.json"];

/** For a mutant that its seed does not find any more. Of its own processor time: how busy the machine is says nothing of the mutant. */
const withinSeconds = 60;
const steps = 6_000;

interface Found {
  readonly seed: number;
  readonly invariant: string;
  readonly seconds: number;
}

/** Runs every mutant until it is found, and the engine as it is on the seeds that found them. Answers whether all were, and it was not. */
export async function runMutants(names: readonly string[] | undefined, print: (line: string) => void): Promise<boolean> {
  const chosen = names === undefined ? mutants : mutants.filter(({ name }) => names.includes(name));
  const folder = await copySources();
  try {
    const telling = new Set<number>();
    let missed = 0;
    print("| mutant | found in | seed | by |");
    print("| --- | --- | --- | --- |");
    for (const mutant of chosen) {
      const found = await hunt(folder, mutant);
      if (found === undefined) missed += 1;
      else telling.add(found.seed);
      const [time, seed, by] = found ? [`${found.seconds.toFixed(1)} s`, found.seed, found.invariant] : ["NOT FOUND", "", ""];
      print(`| ${mutant.name} | ${time} | ${seed} | ${by} |`);
    }
    const clean = await simulateIn(
      folder,
      [...telling].flatMap((seed) => ["--seed", String(seed)]),
    );
    print("");
    print(clean.code === 0 ? `The engine as it is passes the seeds that found them.` : `The engine as it is FAILS:\n${clean.output}`);
    print(`${chosen.length - missed} of ${chosen.length} mutants found.`);
    return missed === 0 && clean.code === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copySources(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "drover-mutants-"));
  for (const path of copied) await cp(join(repository, path), join(folder, path), { recursive: true });
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** By the seed that is known for it, or else from the first one on. */
async function hunt(folder: string, { name, seed: known, file, search, replace }: Mutant): Promise<Found | undefined> {
  const path = join(folder, file);
  const text = await readFile(path, "utf8");
  const pieces = text.split(search).length - 1;
  if (pieces !== 1) throw new Error(`mutant "${name}": ${file} has its text ${pieces} times; it must be there once`);
  await writeFile(
    path,
    text.replace(search, () => replace),
  );
  try {
    return (await findIn(folder, ["--seed", String(known)])) ?? (await findIn(folder, ["--processor-seconds", String(withinSeconds)]));
  } finally {
    await writeFile(path, text);
  }
}

async function findIn(folder: string, seeds: readonly string[]): Promise<Found | undefined> {
  const { output } = await simulateIn(folder, [...seeds, "--first"]);
  const [, seed, invariant] = /^seed (\d+), step \d+: ([^:]+):/m.exec(output) ?? [];
  const [, seconds] = /\(([\d.]+) s of processor time[^(]*$/.exec(output) ?? [];
  if (seed === undefined || invariant === undefined) return undefined;
  return { seed: Number(seed), invariant, seconds: Number(seconds) };
}

function simulateIn(folder: string, options: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((done, fail) => {
    const args = ["test/simulation/main.ts", ...options, "--steps", String(steps)];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (text: Buffer) => (output += text.toString()));
    child.stderr.on("data", (text: Buffer) => (output += text.toString()));
    child.on("error", fail);
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });
}
