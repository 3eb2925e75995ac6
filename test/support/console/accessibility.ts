import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type axe from "axe-core";
import type { Page } from "playwright-core";

const source = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** What is named and ordered is the same in both themes; colours are not. */
const themes: readonly { readonly scheme: "light" | "dark"; readonly rules: axe.RunOptions }[] = [
  { scheme: "light", rules: {} },
  { scheme: "dark", rules: { runOnly: { type: "rule", values: ["color-contrast"] } } },
];

/**
 * What axe finds against the page, or against what of it the selector says, in both themes. It is not asked what is well, which is most of
 * the work of saying.
 */
export async function violationsIn(page: Page, within = "html"): Promise<readonly string[]> {
  if (page.frames().length > 1) return ["frame: there is one, and nobody looks into it"];
  await page.evaluate(source);
  const found: string[] = [];
  for (const { scheme, rules } of themes) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
    await page.evaluate("Promise.all(document.getAnimations().map(({ finished }) => finished))");
    found.push(...(await look(page, within, { ...rules, resultTypes: ["violations"], selectors: false })));
  }
  return found;
}

async function look(page: Page, within: string, options: axe.RunOptions): Promise<readonly string[]> {
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(${JSON.stringify(within)}, ${JSON.stringify(options)})`);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
