import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../control-plane/src/api/http/server.ts";
import { startBrowser } from "../support/browser.ts";
import { consoleRoutes } from "../support/console/console-routes.ts";
import { visit } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";
import { waitUntil } from "../support/wait-until.ts";

/** What is awaited is announced after so long, and what this machine answers is there before. */
const lateMs = 300;
const stepMs = 20;

let site: string;
let browser: Browser;
beforeAll(async () => void ([site, browser] = await Promise.all([shared("console"), startBrowser()])));
afterAll(() => browser.close());

/** A page whose clock goes on only as it is told: however busy the machine is, what it waits for by itself is measured, and that alone. */
async function visitWithoutTime() {
  const server = createHttpServer(fakeApi().deps, { consoleDir: site });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const { page } = await visit(browser, `http://127.0.0.1:${port}`, { token: "admin" });
  await page.clock.install({ time: new Date("2026-11-21T08:00:00Z") });
  await page.clock.pauseAt(new Date("2026-11-21T08:00:01Z"));
  const asked = new Set<unknown>();
  page.on("request", (request) => void (request.url().includes("/watch") || asked.add(request)));
  page.on("requestfinished", (request) => void asked.delete(request));
  page.on("requestfailed", (request) => void asked.delete(request));
  return { page, answered: () => waitUntil("all is answered", () => asked.size === 0) };
}

const awaited = (page: Page) => page.locator('[aria-label="loading"]');
const announced = (page: Page) => page.locator('[aria-label="loading"][data-visible]');

test.each(await consoleRoutes())("%s waits for nothing but answers, and shows no sign of waiting for those", async (route) => {
  const { page, answered } = await visitWithoutTime();
  await page.goto(route.replace("$collection", "strategies").replaceAll(/\$[a-z]+/g, "web"));
  let waitedMs = 0;
  for (; waitedMs < lateMs; waitedMs += stepMs) {
    await answered();
    if ((await page.locator("h1").count()) > 0 && (await awaited(page).count()) === 0) break;
    await page.clock.runFor(stepMs);
  }
  expect(waitedMs).toBeLessThan(lateMs);
});

test("an answer that takes long is announced, and its room is kept from the beginning", async () => {
  const { page } = await visitWithoutTime();
  const held = Promise.withResolvers<void>();
  await page.route("**/v1/tokens*", async (route) => held.promise.then(() => route.continue()));
  await page.goto("/tokens");
  await waitUntil("the page awaits its answer", async () => {
    await page.clock.runFor(1);
    return (await awaited(page).count()) > 0;
  });
  expect((await awaited(page).boundingBox())?.height).toBeGreaterThan(50);
  expect(await announced(page).count()).toBe(0);
  await page.clock.runFor(lateMs);
  expect(await announced(page).count()).toBe(1);
  held.resolve();
  await waitUntil("the answer is shown", async () => {
    await page.clock.runFor(1);
    return (await awaited(page).count()) === 0;
  });
});
