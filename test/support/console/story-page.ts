import type { Browser, Locator, Page } from "playwright-core";
import { closeAndReport } from "./failure-report.ts";

const patienceMs = 30_000;

/** A person in front of the console, signed in with a token, on one of its pages; until the test is over. */
export async function openConsole(browser: Browser, url: string, token: string): Promise<Page> {
  const page = await openTab(browser, token);
  closeAndReport(page.context());
  await page.goto(url);
  return page;
}

/** Signed in with a token, and nowhere yet. */
export async function openTab(browser: Browser, token: string): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 1000 }, reducedMotion: "reduce" });
  context.setDefaultTimeout(patienceMs);
  await context.addInitScript(`sessionStorage.setItem("drover.token", ${JSON.stringify(token)})`);
  return context.newPage();
}

/** Presses a button that opens a dialog, fills in what it asks for, and presses the dialog's own button. */
export async function order(page: Page, opener: Locator, verb: string, fields: Readonly<Record<string, string>>): Promise<void> {
  await opener.click();
  const dialog = page.getByRole("dialog");
  for (const [label, text] of Object.entries(fields)) await dialog.getByLabel(label).fill(text);
  await dialog.getByRole("button", { name: verb, exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
}

/** The column of an environment on an application's board. */
export const columnOf = (page: Page, environment: string): Locator =>
  page.getByRole("article").filter({ has: page.getByRole("heading", { name: environment, exact: true }) });
