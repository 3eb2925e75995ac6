import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const sources = join(import.meta.dirname, "..");
const styles = join(sources, "../../node_modules/@mantine/core/styles");

async function textOf(folder: string, pattern: string): Promise<string> {
  const texts: string[] = [];
  for await (const file of glob(pattern, { cwd: folder })) texts.push(await readFile(join(folder, file), "utf8"));
  return texts.join("\n");
}

test("every component in use has its styles in mantine.css", async () => {
  const imports = (await textOf(sources, "**/*.{ts,tsx}")).matchAll(/import \{([^}]*)\} from "@mantine\/core"/g);
  const used = new Set([...imports].flatMap(([, names]) => (names ?? "").split(",").map((name) => name.trim())));
  const styled: string[] = [];
  for await (const file of glob("[A-Z]*.css", { cwd: styles })) if (!file.includes(".layer.")) styled.push(file);
  const wanted = styled.filter((file) => used.has(file.replace(".css", "")));
  const imported = await readFile(join(import.meta.dirname, "mantine.css"), "utf8");
  expect(wanted.length).toBeGreaterThan(10);
  expect(wanted.filter((file) => !imported.includes(`styles/${file.replace(".css", ".layer.css")}"`))).toEqual([]);
});
