import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { violationsIn } from "../support/console/accessibility.ts";
import { consoleDialogs } from "../support/console/console-routes.ts";
import { type ConsoleDialog, dialogs } from "../support/console/dialogs.ts";
import { answeringHostile, takingPayloads, visitHostile } from "../support/console/hostile-visit.ts";
import { open } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";

let site: string;
let browser: Browser;
beforeAll(async () => void ([site, browser] = await Promise.all([shared("console"), startBrowser()])));
afterAll(() => browser.close());

/** As many as the longest closed set that decides whether a button can be pressed. */
const turns = 9;

test("every dialog of the console is among those that are tried", async () =>
  expect(await consoleDialogs()).toEqual([...new Set(dialogs.map(({ file }) => file))].toSorted()));

test.each(dialogs)(
  "$file ($opener) opens and closes by keys, can be used by everybody, and runs nothing",
  { timeout: 60_000 },
  async (dialog) => {
    let turn = 0;
    const { page, troubles, elsewhere, isRun } = await visitHostile(
      browser,
      site,
      answeringHostile(takingPayloads().next, () => turn),
    );
    for (; turn < turns; turn += 1) if (await opensBy(page, dialog)) break;
    const shown = page.getByRole("dialog");
    await shown.waitFor();
    await page.locator('[aria-label="loading"]').first().waitFor({ state: "detached" });
    await (dialog.go ?? fillIn)(shown);
    expect(await violationsIn(page, '[role="dialog"]')).toEqual([]);
    await expect.poll(() => shown.locator(":focus").count()).toBe(1);
    expect(await isRun()).toBe(false);

    await page.keyboard.press("Escape");
    await shown.waitFor({ state: "hidden" });
    // Whoever cannot see the page goes on where they were.
    const before = "button" in dialog.opener ? openerOf(page, dialog.opener.button) : page.locator("h1");
    await expect.poll(() => before.evaluate((element) => element.matches(":focus"))).toBe(true);
    expect({ troubles, elsewhere }).toEqual({ troubles: [], elsewhere: [] });
  },
);

const openerOf = (page: Page, button: string): Locator => page.locator("button:not([aria-disabled])", { hasText: button }).first();

/** Goes to its page and presses what opens it; false where there is nothing to press in this turn. */
async function opensBy(page: Page, { path, opener, prepare }: ConsoleDialog): Promise<boolean> {
  await open(page, path);
  await prepare?.(page);
  if ("key" in opener) {
    await page.locator("h1").focus();
    await page.keyboard.press(opener.key);
    return true;
  }
  const button = openerOf(page, opener.button);
  const isThere = await button.waitFor({ timeout: 700 }).then(
    () => true,
    () => false,
  );
  if (isThere) await button.press("Enter");
  return isThere;
}

/** Only a button that can be pressed has to be legible, and only then is it looked at. */
async function fillIn(dialog: Locator): Promise<void> {
  const reason = dialog.getByLabel("Reason");
  if ((await reason.count()) > 0) await reason.fill("because");
  const confirmation = dialog.getByLabel(/^Type \S+ to confirm$/);
  if ((await confirmation.count()) === 0) return;
  const [, word = ""] = /Type (\S+) to confirm/.exec(await dialog.innerText()) ?? [];
  await confirmation.fill(word);
}
