import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { violationsIn } from "../support/console/accessibility.ts";
import { consoleDialogs } from "../support/console/console-routes.ts";
import { type ConsoleDialog, dialogs } from "../support/console/dialogs.ts";
import { reportOn } from "../support/console/failure-report.ts";
import { answeringHostile, type HostileVisitor, takingPayloads, visitHostile } from "../support/console/hostile-visit.ts";
import { open } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";

let browser: Browser;
/** One tab for all: a browser that comes again has kept what the console is made of, and compiled it. */
let visitor: HostileVisitor;
/** Of the states that closed sets of words have. */
let turn = 0;

beforeAll(async () => {
  browser = await startBrowser();
  const answering = answeringHostile(takingPayloads().next, () => turn);
  visitor = await visitHostile(browser, await shared("console"), answering);
});
afterAll(async () => {
  await visitor.stop();
  await browser.close();
});

test("every dialog of the console is among those that are tried", async () =>
  expect(await consoleDialogs()).toEqual([...new Set(dialogs.map(({ file }) => file))].toSorted()));

test.each(dialogs)(
  "$file ($opener) opens and closes by keys, can be used by everybody, and runs nothing",
  { timeout: 60_000 },
  async (dialog) => {
    const { context, page, troubles, elsewhere, isRun } = visitor;
    reportOn(context);
    const before = { troubles: troubles.length, elsewhere: elsewhere.length };
    turn = dialog.turn ?? 0;
    await openFrom(page, dialog);
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
    const from = "button" in dialog.opener ? openerOf(page, dialog.opener.button) : page.locator("h1");
    await expect.poll(() => from.evaluate((element) => element.matches(":focus"))).toBe(true);
    expect([troubles.slice(before.troubles), elsewhere.slice(before.elsewhere)]).toEqual([[], []]);
  },
);

const openerOf = (page: Page, button: string): Locator => page.locator("button:not([aria-disabled])", { hasText: button }).first();

async function openFrom(page: Page, { path, opener, prepare }: ConsoleDialog): Promise<void> {
  await open(page, path);
  await prepare?.(page);
  if ("button" in opener) return openerOf(page, opener.button).press("Enter");
  await page.locator("h1").focus();
  await page.keyboard.press(opener.key);
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
