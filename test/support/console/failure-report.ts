import type { BrowserContext, Page, Request, Response } from "playwright-core";
import { onTestFinished } from "vitest";

const keptLines = 50;
const patienceMs = 5_000;

/** Closes the window when the test is over, and reports of it before. */
export function closeAndReport(context: BrowserContext): void {
  // What is registered first is done last.
  onTestFinished(() => context.close());
  reportOn(context);
}

/**
 * Of a window in which this test failed it prints what its pages showed, which says more than where it failed, and what they asked for and
 * did not get: when, for how long, and why in the browser's words.
 */
export function reportOn(context: BrowserContext): void {
  const lost: string[] = [];
  const keep = (what: string, request: Request): void => {
    lost.push(`${new Date().toISOString()} ${what}: ${request.method()} ${request.url()}${askedAt(request)}`);
    if (lost.length > keptLines) lost.shift();
  };
  const onLost = (request: Request): void => {
    const why = request.failure()?.errorText ?? "failed";
    // Streams end so whenever a page goes on without them.
    if (why !== "net::ERR_ABORTED" || !request.url().includes("/watch")) keep(why, request);
  };
  const onAnswer = (response: Response): void => {
    if (response.status() >= 400) keep(String(response.status()), response.request());
  };
  context.on("requestfailed", onLost);
  context.on("response", onAnswer);
  onTestFinished(async ({ task }) => {
    context.off("requestfailed", onLost);
    context.off("response", onAnswer);
    if (task.result?.state !== "fail") return;
    for (const page of context.pages()) console.log(`${page.url()} showed:\n${await textOf(page)}`);
    console.log(lost.length === 0 ? "Every request was answered." : `Requests that failed:\n${lost.join("\n")}`);
  });
}

const textOf = (page: Page): Promise<string> =>
  page
    .locator("body")
    .innerText({ timeout: patienceMs })
    .catch((error: unknown) => `nothing that could be read: ${String(error)}`);

function askedAt(request: Request): string {
  const { startTime } = request.timing();
  return startTime > 0 ? `, asked at ${new Date(startTime).toISOString()}` : ", never sent";
}
