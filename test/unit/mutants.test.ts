import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { mutants } from "../simulation/mutants/mutants.ts";

const repository = resolve(import.meta.dirname, "../..");

test.each(mutants)("the mistake can still be made: $name", async ({ file, search, replace }) => {
  const text = await readFile(join(repository, file), "utf8");
  expect(text.split(search), `${file} must have the mutant's text exactly once`).toHaveLength(2);
  expect(replace).not.toBe(search);
});

test("no two mistakes have one name", () => expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length));
