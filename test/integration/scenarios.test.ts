import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { playStory } from "../scenarios/runner/play-story.ts";
import { type ScenarioWorld, startScenarioWorld } from "../scenarios/runner/scenario-world.ts";
import { parseStory } from "../scenarios/runner/story.ts";

// One control plane for all stories. `UPDATE_SCENARIOS=1` writes down what is seen instead of comparing it.

const folder = fileURLToPath(new URL("../scenarios", import.meta.url));
const mode = process.env["UPDATE_SCENARIOS"] === undefined ? "check" : "record";
const stories = readdirSync(folder)
  .filter((file) => file.endsWith(".md") && file !== "README.md")
  .map((file) => ({ file: join(folder, file), name: file, story: parseStory(readFileSync(join(folder, file), "utf8")) }));

let world: ScenarioWorld;
beforeAll(async () => {
  world = await startScenarioWorld();
});
afterAll(() => world.stop());

test.each(stories)("$name", async ({ file, name, story }) => {
  const { where, told, seen } = await playStory(world, story, mode);
  if (mode === "record") await writeFile(file, seen);
  expect(seen, `${name}, ${where}`).toBe(told);
});
