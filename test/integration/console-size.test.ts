import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Response } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../control-plane/src/api/http/server.ts";
import { startBrowser } from "../support/browser.ts";
import { consoleRoutes } from "../support/console/console-routes.ts";
import { reportOn } from "../support/console/failure-report.ts";
import { open, openWindow, type Visitor } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";

/** A first load is promised in 250,000 bytes; what is left until there is room for the next page's needs. */
const mostBytes = 245_000;

let site: string;
let visitor: Visitor;
const stops: (() => Promise<void>)[] = [];

// One tab for every page: what it has kept of the last one it names all the same, and need not compile again.
beforeAll(async () => {
  site = await shared("console");
  const server = createHttpServer(fakeApi().deps, { consoleDir: site });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  stops.push(() => server.close());
  const browser = await startBrowser();
  stops.push(() => browser.close());
  visitor = await openWindow(browser, `http://127.0.0.1:${port}`, { token: "admin" });
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** What a browser loads before the page at the address stands, fonts and all, as it travels to one that has kept nothing. */
async function loaded(path: string): Promise<ReadonlyMap<string, number>> {
  const { context, page } = visitor;
  reportOn(context);
  const files = new Map<string, number>();
  const note = (response: Response): void => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith("/assets/")) files.set(pathname, 0);
  };
  page.on("response", note);
  await open(page, path);
  page.off("response", note);
  for (const file of files.keys()) files.set(file, await sizeOf(join(site, file)));
  return files;
}

const sizeOf = async (file: string): Promise<number> => (await stat(`${file}.br`).catch(() => stat(file))).size;

const routes = await consoleRoutes();

test.each(routes)("%s stands after what it may weigh, its font among that", async (route) => {
  const files = await loaded(route.replace("$collection", "strategies").replaceAll(/\$[a-z]+/g, "web"));
  const total = [...files.values()].reduce((sum, size) => sum + size, 0);
  expect([...files.keys()].some((file) => file.endsWith(".woff2"))).toBe(true);
  expect(total).toBeGreaterThan(100_000);
  expect({ route, tooMuch: Math.max(0, total - mostBytes), files: Object.fromEntries(files) }).toMatchObject({ tooMuch: 0 });
});

test("scripts and styles are compressed once, before anybody asks", async () => {
  const files = await loaded("/");
  const texts = [...files.keys()].filter((file) => /\.(js|css)$/.test(file));
  const packed = await Promise.all(
    texts.map((file) =>
      stat(join(site, `${file}.br`)).then(
        () => true,
        () => false,
      ),
    ),
  );
  expect(packed).toEqual(texts.map(() => true));
});
