import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../..");

test("the generated code is that of the .proto files", () => {
  const output = mkdtempSync(join(tmpdir(), "drover-proto-"));
  onTestFinished(() => rmSync(output, { recursive: true }));
  execFileSync("buf", ["generate", "--output", output], { cwd: root, stdio: "pipe" });
  const folder = "proto/src/gen";
  const filesIn = (top: string): string[] =>
    readdirSync(join(top, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const made = filesIn(output).toSorted();
  const committed = filesIn(root).filter((name) => name !== "drover/v1/index.ts");
  expect(committed.toSorted()).toEqual(made);
  for (const name of made)
    expect([name, readFileSync(join(root, folder, name), "utf8")]).toEqual([name, readFileSync(join(output, folder, name), "utf8")]);
});

test("the entry names every generated file", () => {
  const entry = readFileSync(join(root, "proto/src/gen/drover/v1/index.ts"), "utf8");
  const files = readdirSync(join(root, "proto/src/gen/drover/v1")).filter((name) => name !== "index.ts");
  expect(files.filter((name) => !entry.includes(`"./${name}"`))).toEqual([]);
});
