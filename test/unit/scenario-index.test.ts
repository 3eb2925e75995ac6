import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseStory } from "../scenarios/runner/story.ts";

const folder = fileURLToPath(new URL("../scenarios/", import.meta.url));

test("every story is listed by its title", () => {
  const stories = readdirSync(folder).filter((file) => file.endsWith(".md") && file !== "README.md");
  const links = stories.map((file) => `- [${parseStory(readFileSync(`${folder}${file}`, "utf8")).title}](${file})`);
  const listed = readFileSync(`${folder}README.md`, "utf8").split("\n");
  expect(links.filter((link) => !listed.includes(link))).toEqual([]);
});
