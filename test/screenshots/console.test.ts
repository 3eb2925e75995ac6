import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { startLivelyFleet } from "../support/console/lively-fleet.ts";
import { consolePages } from "../support/console/pages.ts";
import { open, visit } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";

const folder = join(import.meta.dirname, "../../docs/screenshots");

// Pictures are no assertion: they are taken when somebody asks for them, `npm run screenshots`, and looked at in review.
test("every page in both themes", { timeout: 600_000 }, async () => {
  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  const fleet = await startLivelyFleet(await shared("console"));
  onTestFinished(() => fleet.stop());
  await mkdir(folder, { recursive: true });
  for (const scheme of ["light", "dark"] as const) {
    const { page } = await visit(browser, fleet.replica.apiUrl, { token: fleet.adminToken, scheme });
    for (const { name, path } of consolePages) {
      await open(page, typeof path === "string" ? path : await path(fleet.api));
      await page.screenshot({ path: join(folder, `${name}-${scheme}.png`) });
    }
  }
  expect(consolePages.length).toBeGreaterThan(0);
});
