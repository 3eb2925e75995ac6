import { randomBytes } from "node:crypto";
import { base32 } from "@drover/kit";
import type { BrowserContext, Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { visit } from "../support/console/visitor.ts";
import { prepareControlPlane } from "../support/control-plane.ts";
import { shared } from "../support/shared.ts";
import { pushSmallFleet } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

// A browser opens six connections to a server over HTTP/1.1, for all tabs together.
const tabs = 8;

/** Streams of events that stand, by the page that opened them. */
function watchStreams(context: BrowserContext): ReadonlySet<Page> {
  const open = new Set<Page>();
  const isStream = (url: string): boolean => new URL(url).pathname === "/v1/events/watch";
  context.on("request", (request) => {
    if (!isStream(request.url())) return;
    const page = request.frame().page();
    open.add(page);
    page.on("close", () => open.delete(page));
  });
  return open;
}

test("eight tabs follow the fleet by one stream, and by another when the tab that has it is closed", { timeout: 120_000 }, async () => {
  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  const controlPlane = await prepareControlPlane();
  onTestFinished(() => controlPlane.stop());
  await pushSmallFleet(controlPlane, ["eu-1"]);
  const replica = await controlPlane.start({ DROVER_CONSOLE_DIR: await shared("console"), DROVER_SOURCE_POLL: "1s" });
  const api = replica.client();
  await waitUntil("the fleet is read", async () => (await api("listClusters")).items.length === 1);
  const { token } = await api("createApiToken", { body: { subject: "ada", role: "viewer" } });

  const { context, page: first } = await visit(browser, replica.apiUrl, { token });
  const streams = watchStreams(context);
  const pages = [first];
  while (pages.length < tabs) pages.push(await context.newPage());
  for (const page of pages) {
    await page.goto("/clusters");
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "eu-1", exact: true }).waitFor();
  }
  expect([...streams].map((page) => pages.indexOf(page))).toEqual([0]);

  const add = (name: string) => controlPlane.fleet.push({ [`clusters/${name}.yaml`]: `id: ${base32(randomBytes(16))}\n` }, name);
  await add("eu-2");
  for (const page of pages) await page.getByRole("link", { name: "eu-2", exact: true }).waitFor();

  await first.close();
  await waitUntil("another tab follows", () => streams.size === 1);
  await add("eu-3");
  for (const page of pages.slice(1)) await page.getByRole("link", { name: "eu-3", exact: true }).waitFor();
  expect(streams.size).toBe(1);
});
