import type { Browser, BrowserContext, Page } from "playwright-core";
import { closeAndReport } from "./failure-report.ts";

export interface VisitOptions {
  /** Signed in with this token; at the sign-in page without. */
  readonly token?: string;
  readonly scheme?: "light" | "dark";
}

/** A browser window of its own, and what went wrong in it: errors of scripts, and what the page's policy refused. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly troubles: readonly string[];
}

/** What the browser says of answers that are no success; the page shows those itself. */
const isOfAnswer = (text: string): boolean => text.startsWith("Failed to load resource");

/** For one test: it closes with it. */
export async function visit(browser: Browser, baseURL: string, options: VisitOptions = {}): Promise<Visitor> {
  const visitor = await openWindow(browser, baseURL, options);
  closeAndReport(visitor.context);
  return visitor;
}

/** For many tests, each of which says `reportOn`. */
export async function openWindow(browser: Browser, baseURL: string, { token, scheme = "light" }: VisitOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL,
    colorScheme: scheme,
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    locale: "en-GB",
  });
  if (token !== undefined) await context.addInitScript((given) => sessionStorage.setItem("drover.token", given), token);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => message.type() === "error" && !isOfAnswer(message.text()) && troubles.push(message.text()));
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { context, page, troubles };
}

/** Goes there, and waits until nothing on the page is still being asked for. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.locator('[aria-label="loading"]').first().waitFor({ state: "detached" });
}
