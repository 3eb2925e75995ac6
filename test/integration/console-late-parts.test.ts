import { cp, glob, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../control-plane/src/api/http/server.ts";
import { startBrowser } from "../support/browser.ts";
import { open, visit } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";

let built: string;
let browser: Browser;
beforeAll(async () => void ([built, browser] = await Promise.all([shared("console"), startBrowser()])));
afterAll(() => browser.close());

async function serve(consoleDir: string): Promise<Page> {
  const server = createHttpServer(fakeApi().deps, { consoleDir });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const { page } = await visit(browser, `http://127.0.0.1:${port}`, { token: "admin" });
  return page;
}

/** Breaks the connection for files that fit, as long as `isBroken`. Answers what was asked for. */
async function breakConnection(page: Page, fits: RegExp, isBroken: (asked: number) => boolean): Promise<readonly string[]> {
  const asked: string[] = [];
  await page.route(fits, (route) => (isBroken(asked.push(route.request().url())) ? route.abort("connectionreset") : route.continue()));
  return asked;
}

async function copied(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "drover-console-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(built, folder, { recursive: true });
  return folder;
}

/** What a deployment of another version leaves: scripts of other names, and a page that begins with one of them. */
async function deployAnother(folder: string): Promise<void> {
  const renamed = new Map<string, string>();
  for await (const file of glob("assets/*.js", { cwd: folder })) {
    const [, name = "", digest = ""] = /^assets\/(.+)-(.{8})\.js$/.exec(file) ?? [];
    renamed.set(`${name}-${digest}.js`, `${name}-${[...digest].toReversed().join("")}.js`);
  }
  expect(renamed.size).toBeGreaterThan(10);
  for await (const file of glob("{index.html,assets/*}", { cwd: folder })) {
    const path = join(folder, file);
    if (/\.(br|gz)$/.test(file)) await rm(path);
    if (!/\.(js|html)$/.test(file)) continue;
    let text = await readFile(path, "utf8");
    for (const [before, after] of renamed) text = text.replaceAll(before, after);
    await writeFile(path, text);
    for (const [before, after] of renamed) if (file.includes(before)) await rename(path, path.replace(before, after));
  }
}

const goToAudit = (page: Page) => page.getByRole("link", { name: "Audit", exact: true }).click();
const auditStands = (page: Page) => page.getByRole("table", { name: "Audit entries" }).waitFor();
const loads = (page: Page): Promise<string> => page.evaluate("performance.getEntriesByType('navigation')[0].type");

test("a script that does not come is asked for again, and so is a style", async () => {
  const page = await serve(built);
  await open(page, "/");
  const scripts = await breakConnection(page, /\/assets\/audit-page-.*\.js$/, (asked) => asked <= 2);
  await goToAudit(page);
  await auditStands(page);
  expect([scripts.length, await loads(page)]).toEqual([3, "navigate"]);

  const styles = await breakConnection(page, /\/assets\/search-dialog-.*\.css$/, (asked) => asked <= 2);
  const came = page.waitForResponse(/\/assets\/search-dialog-.*\.css$/);
  await page.keyboard.press("Control+K");
  await page.getByRole("dialog", { name: "Search" }).waitFor();
  await came;
  expect(styles.length).toBe(3);
});

test("what does not come at all is told of with what to do, and the page comes when it can", async () => {
  const page = await serve(built);
  await open(page, "/");
  let isBroken = true;
  await breakConnection(page, /\/assets\/audit-page-.*\.js$/, () => isBroken);
  await goToAudit(page);
  const bar = page.getByRole("alert").filter({ hasText: "A part of this page did not come" });
  await bar.waitFor();
  isBroken = false;
  await bar.getByRole("button", { name: "Try again" }).click();
  await auditStands(page);
  await bar.waitFor({ state: "detached" });
  expect(await loads(page)).toBe("navigate");
});

test("a server of another version has the page loaded anew once, where one wanted to go", async () => {
  const folder = await copied();
  const page = await serve(folder);
  await open(page, "/");
  await deployAnother(folder);
  await goToAudit(page);
  await auditStands(page);
  expect([new URL(page.url()).pathname, await loads(page)]).toEqual(["/audit", "reload"]);
});

test("what somebody types is not lost to another version: they are told, and reload when they want", async () => {
  const folder = await copied();
  const page = await serve(folder);
  await open(page, "/fleet/applications");
  const editor = page.getByRole("textbox", { name: "File" });
  await editor.fill("source: { repository: mine }");
  await deployAnother(folder);
  await page.keyboard.press("Control+K");
  const bar = page.getByRole("alert").filter({ hasText: "Drover was updated: reload" });
  await bar.waitFor();
  expect(await editor.inputValue()).toBe("source: { repository: mine }");
  await bar.getByRole("button", { name: "Reload" }).click();
  await bar.waitFor({ state: "detached" });
  await editor.waitFor();
  expect(await loads(page)).toBe("reload");
});

test("a part that is broken itself leaves a page that names what to do", async () => {
  const page = await serve(built);
  await open(page, "/");
  let isBroken = true;
  await page.route(/\/assets\/audit-page-.*\.js$/, (route) =>
    isBroken ? route.fulfill({ contentType: "text/javascript", body: 'throw new Error("a mistake in it")' }) : route.continue(),
  );
  await goToAudit(page);
  const failure = page.getByRole("alert").filter({ hasText: "a mistake in it" });
  await failure.getByText("Try again, then reload the page").waitFor();
  isBroken = false;
  await failure.getByRole("button", { name: "Reload the page" }).click();
  await auditStands(page);
  expect(await loads(page)).toBe("reload");
});

test("a page whose first script does not come says so", async () => {
  const page = await serve(built);
  await breakConnection(page, /\/assets\/index-.*\.js$/, () => true);
  await page.goto("/");
  const said = page.getByText("The console did not start");
  await said.waitFor();
  expect(await said.innerText()).toContain("Reload the page.");
});
