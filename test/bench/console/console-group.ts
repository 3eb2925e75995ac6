import { glob, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { startBrowser } from "../../support/browser.ts";
import { buildConsole } from "../../support/console/build.ts";
import type { Bench } from "../harness/bench.ts";
import { type Measurement, series } from "../harness/row.ts";
import { startStubApi, type StubApi } from "./stub-api.ts";
import { watchPage } from "./watch-page.ts";

const clusters = 10_000;
const visits = 5;

/** What a browser does with ten thousand clusters: how soon they are there, and whether the page ever stands still or jumps. */
export async function measureConsole({ lifecycle, say }: Bench): Promise<readonly Measurement[]> {
  const site = await buildConsole(await mkdtemp(join(tmpdir(), "drover-console-")));
  lifecycle.add("built console", () => rm(site, { recursive: true, force: true }));
  const api = await startStubApi(site, clusters);
  lifecycle.add("stub of the API", api.close);
  const browser = await startBrowser();
  lifecycle.add("browser", () => browser.close());

  say(`${visits} visits to ${clusters} clusters`);
  const loads: number[] = [];
  const floors: number[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    floors.push(await timed(browser, api, "/floor", (page) => page.locator("h1").waitFor()));
    loads.push(await timed(browser, api, "/clusters", (page) => listed(page)));
  }
  say("scrolling and filtering");
  const floor = await usedBy(browser, api, "/floor", scroll);
  const scrolled = await usedBy(browser, api, "/clusters", scroll);
  const filtered = await usedBy(browser, api, "/clusters", filter);
  const fleet = await usedBy(browser, api, "/", (page) => page.waitForTimeout(2_000));
  const count = (id: string, name: string, value: number, target: number, least: number): Measurement => ({
    id,
    name,
    n: 1,
    unit: "",
    value,
    target: { value: target },
    floor: { value: least },
  });
  return [
    {
      id: "w1",
      name: "first load, compressed, with its font",
      n: 1,
      unit: "B",
      value: await firstLoad(browser, api, site),
      target: { value: 250_000 },
    },
    series({ id: "w2", name: "10,000 clusters in the list, from the address", floor: floors }, loads),
    count("w3", "tasks over 50 ms while scrolling to the end", scrolled.longTasks, 0, floor.longTasks),
    count("w4", "tasks over 50 ms while filtering by eight letters", filtered.longTasks, 0, floor.longTasks),
    count("w5", "layout shift of all of it, and of the overview", Math.max(scrolled.shift, filtered.shift, fleet.shift), 0.01, floor.shift),
  ];
}

const listed = (page: Page): Promise<void> => page.getByText(`${clusters.toLocaleString("en-GB")} clusters`, { exact: true }).waitFor();

async function openPage(browser: Browser, api: StubApi): Promise<Page> {
  const context = await browser.newContext({ baseURL: api.url, viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  await context.addInitScript(() => sessionStorage.setItem("drover.token", "bench"));
  return context.newPage();
}

async function timed(browser: Browser, api: StubApi, path: string, isThere: (page: Page) => Promise<void>): Promise<number> {
  const page = await openPage(browser, api);
  const began = performance.now();
  await page.goto(path);
  await isThere(page);
  const took = performance.now() - began;
  await page.context().close();
  return took;
}

/** What the page did while somebody used it; what came before is another figure. */
async function usedBy(browser: Browser, api: StubApi, path: string, use: (page: Page) => Promise<void>) {
  const page = await openPage(browser, api);
  const watched = await watchPage(page);
  await page.goto(path);
  await page.locator("h1").waitFor();
  if (path === "/clusters") await listed(page);
  await page.waitForTimeout(500);
  const shiftBefore = (await watched()).shift;
  await watched("forget");
  await use(page);
  const { longTasks, shift } = await watched();
  await page.context().close();
  return { longTasks, shift: shift + shiftBefore };
}

const steps = 60;

async function scroll(page: Page): Promise<void> {
  const box = await page.getByRole("region").last().boundingBox();
  await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 200);
  for (let step = 0; step < steps; step += 1) {
    await page.mouse.wheel(0, (clusters * 36) / steps);
    await page.waitForTimeout(50);
  }
}

async function filter(page: Page): Promise<void> {
  await page.getByLabel("Filter clusters").pressSequentially("ap-south", { delay: 120 });
  await page.waitForTimeout(500);
}

async function firstLoad(browser: Browser, api: StubApi, folder: string): Promise<number> {
  const page = await openPage(browser, api);
  const files = new Set<string>();
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith("/assets/")) files.add(pathname);
  });
  await page.goto("/");
  await page.locator("h1").waitFor();
  await page.waitForTimeout(500);
  await page.context().close();
  const packed = new Set<string>();
  for await (const file of glob("assets/*.br", { cwd: folder })) packed.add(`/${file}`);
  const sizes = [...files].map(async (file) => (await stat(join(folder, packed.has(`${file}.br`) ? `${file}.br` : file))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
