import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { consoleRoutes, routesWithout } from "../support/console/console-routes.ts";
import { reportOn } from "../support/console/failure-report.ts";
import { hostileAnswer } from "../support/console/hostile-answers.ts";
import { hostilePaths } from "../support/console/hostile-paths.ts";
import { answeringHostile, scrollThrough, takingPayloads, visitHostile } from "../support/console/hostile-visit.ts";
import { payloads } from "../support/console/payloads.ts";
import { open } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";

let site: string;
let browser: Browser;
beforeAll(async () => void ([site, browser] = await Promise.all([shared("console"), startBrowser()])));
afterAll(() => browser.close());

test("every page of the router is among those that are tried", async () =>
  expect(routesWithout(await consoleRoutes(), hostilePaths)).toEqual([]));

test("what somebody writes into names, labels and messages never runs, on any page", { timeout: 180_000 }, async () => {
  expect(payloads.length).toBe(300);
  const { next, used } = takingPayloads();
  const { context, page, troubles, elsewhere, isRun, stop } = await visitHostile(
    browser,
    site,
    answeringHostile(next, () => 0),
  );
  onTestFinished(stop);
  reportOn(context);
  const rows = new Map<string, number>();
  for (const path of hostilePaths) {
    await open(page, path);
    rows.set(path, (await scrollThrough(page)).size);
    expect([path, await isRun()]).toEqual([path, false]);
  }
  expect(rows.get("/clusters")).toBeGreaterThan(payloads.length);
  expect(used()).toBeGreaterThan(payloads.length);
  expect({ troubles, elsewhere }).toEqual({ troubles: [], elsewhere: [] });
});

test("nor does what the server says when it fails", { timeout: 120_000 }, async () => {
  const { next } = takingPayloads();
  const { context, page, troubles, elsewhere, isRun, stop } = await visitHostile(browser, site, (operation) =>
    operation === "whoAmI"
      ? { status: 200, body: hostileAnswer(operation, next) }
      : { status: 400, body: { type: next(), title: next(), status: 400, detail: next(), code: next(), requestId: next() } },
  );
  onTestFinished(stop);
  reportOn(context);
  for (const path of hostilePaths) {
    await open(page, path);
    expect([path, await isRun()]).toEqual([path, false]);
  }
  expect({ troubles, elsewhere }).toEqual({ troubles: [], elsewhere: [] });
});
