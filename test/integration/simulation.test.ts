import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { tellingSeeds } from "../simulation/mutants/mutants.ts";

// In a program of its own, as people run it: nothing of it is transformed on the way.
const program = resolve(import.meta.dirname, "../simulation/main.ts");

function simulate(...options: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [program, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
    child.on("error", fail);
    child.on("close", (code) => done({ code, output }));
  });
}

test("no promise is broken on the seeds that found the known mistakes", { timeout: 120_000 }, async () => {
  const { code, output } = await simulate(...tellingSeeds.flatMap((seed) => ["--seed", String(seed)]), "--steps", "6000");
  expect(output).toMatch(new RegExp(`^0 violations: ${tellingSeeds.length} seeds`, "m"));
  expect(code).toBe(0);
});

test("a seed runs the same way twice, byte for byte", { timeout: 60_000 }, async () => {
  const [first, second] = [await simulate("--seed", "7", "--steps", "3000"), await simulate("--seed", "7", "--steps", "3000")];
  const hash = /\(([0-9a-f]{8})\)/;
  expect(hash.exec(first.output)?.[1]).toBe(hash.exec(second.output)?.[1]);
  expect(first.output).toMatch(hash);
});

test("mistakes in the engine are found, and the engine as it is passes the seeds that find them", { timeout: 60_000 }, async () => {
  const few = ["failures are not counted", "a gate that was opened has passed", "a wave does not wait for the one before"];
  const { code, output } = await simulate("--mutants", ...few.flatMap((name) => ["--only", name]));
  expect(output).toContain("3 of 3 mutants found.");
  expect(code).toBe(0);
});
