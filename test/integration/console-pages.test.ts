import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { violationsIn } from "../support/console/accessibility.ts";
import { reportOn } from "../support/console/failure-report.ts";
import { type LivelyFleet, startLivelyFleet } from "../support/console/lively-fleet.ts";
import { consolePages } from "../support/console/pages.ts";
import { open, openWindow, settled, visit, type Visitor, type VisitOptions } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";

let fleet: LivelyFleet;
let browser: Browser;
/** One tab for every page: a browser that comes again has kept what the console is made of, and compiled it. */
let tab: Visitor;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  browser = await startBrowser();
  stops.push(() => browser.close());
  fleet = await startLivelyFleet(await shared("console"));
  stops.push(() => fleet.stop());
  tab = await openWindow(browser, fleet.replica.apiUrl, { token: fleet.adminToken });
}, 240_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const visitor = (options: VisitOptions = { token: fleet.adminToken }): Promise<Visitor> => visit(browser, fleet.replica.apiUrl, options);

test.each(consolePages)("$name can be used by everybody, in both themes", async ({ path }) => {
  const { context, page, troubles } = tab;
  reportOn(context);
  const before = troubles.length;
  await page.setViewportSize({ width: 1_440, height: 900 });
  await open(page, typeof path === "string" ? path : await path(fleet.api));
  expect(await violationsIn(page)).toEqual([]);
  await page.setViewportSize({ width: 1_280, height: 800 });
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  expect(await page.title()).toMatch(/^.+ · Drover$/);
  expect(await page.locator("h1").count()).toBe(1);
  expect(troubles.slice(before)).toEqual([]);
});

test("signing in can be used by everybody, in both themes", async () => {
  const { page } = await visitor({});
  await open(page, "/");
  expect(await violationsIn(page)).toEqual([]);
});

test("a link to a page survives the sign-in, and what one looks for stands in the address", async () => {
  const { page } = await visitor({});
  await page.goto("/clusters?standing=Offline");
  await page.getByLabel("API token").first().fill("drover_aaaaaaaaaaaaaaaa_unknown");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(/the API token is unknown/).waitFor();
  await page.getByLabel("API token").first().fill(fleet.adminToken);
  await page.getByRole("button", { name: "Sign in" }).click();
  const table = page.getByRole("table", { name: "Clusters" });
  await table.getByRole("link", { name: "us-east-12" }).waitFor();
  expect(await table.getByRole("link").allInnerTexts()).not.toContain("eu-west-2");
  await page.getByLabel("Filter clusters").fill("ap-south");
  await page.waitForURL(/filter=ap-south/);
  await expect.poll(() => table.getByRole("link").allInnerTexts()).toEqual(["ap-south-9"]);
});

test("who comes from another page hears its heading, and finds the way with keys alone", async () => {
  const { context, page } = tab;
  reportOn(context);
  await open(page, "/");
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").innerText()).toBe("Skip to the page");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL(/\/clusters$/);
  await expect.poll(() => page.locator(":focus").innerText()).toBe("Clusters");
  await page.keyboard.press("/");
  await page.keyboard.type("us-east-7");
  await page.waitForURL(/filter=us-east-7/);
  await page.keyboard.press("Escape");
  await page.locator("h1").focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
});

test("search finds a cluster from anywhere", async () => {
  const { context, page } = tab;
  reportOn(context);
  await open(page, "/audit");
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder(/Cluster, application/).fill("us-east-7");
  await page
    .getByRole("button", { name: /us-east-7/ })
    .first()
    .waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/clusters\/us-east-7$/);
  await page.getByRole("heading", { level: 1, name: "us-east-7" }).waitFor();
  expect(await page.title()).toContain("us-east-7");
});

test("a cluster is revoked by somebody who was told what it means, and the page of another follows", async () => {
  const [{ page }, other] = [await visitor(), tab];
  await open(other.page, "/clusters/eu-west-12");
  await open(page, "/clusters/eu-west-12");
  await page.getByRole("button", { name: "Revoke…" }).click();
  const dialog = page.getByRole("dialog", { name: "Revoke eu-west-12?" });
  await dialog.getByText("4 applications go on running there").waitFor();
  const button = dialog.getByRole("button", { name: "Revoke eu-west-12" });
  expect(await button.isDisabled()).toBe(true);
  await dialog.getByLabel("Reason").fill("moved to another region");
  await button.click();
  await other.page.getByText("Its identity has been ended").waitFor();
  await page.getByText("Its identity has been ended").waitFor();
});

test("a token is made with a role, shown once, and signs in", async () => {
  const { page } = await visitor();
  await open(page, "/tokens");
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByLabel("Subject").fill("grace@example.com");
  await page.getByRole("button", { name: "Make it" }).click();
  const shown = page.getByRole("dialog").locator("pre");
  await shown.waitFor();
  const token = await shown.innerText();
  await page.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("table", { name: "Tokens" }).getByText("grace@example.com").waitFor();
  expect(await page.content()).not.toContain(token);

  const grace = await visitor({ token });
  await open(grace.page, "/clusters/eu-west-2");
  await grace.page.getByRole("button", { name: "Who you are" }).click();
  await grace.page.getByText("users/grace@example.com").waitFor();
  await grace.page.keyboard.press("Escape");
  expect(await grace.page.getByRole("button", { name: "Revoke…" }).getAttribute("aria-disabled")).toBe("true");
});

test("colours are remembered", async () => {
  const { page } = await visitor();
  await open(page, "/");
  await page.getByRole("button", { name: "Colours" }).click();
  await page.getByRole("radio", { name: "Dark" }).check();
  await page.reload();
  await settled(page);
  expect(await page.locator("html").getAttribute("data-mantine-color-scheme")).toBe("dark");
});
