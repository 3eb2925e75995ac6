import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../control-plane/src/api/http/server.ts";
import { startBrowser } from "../support/browser.ts";
import { buildConsole } from "../support/console/build.ts";
import { hostileAnswer, operationOf } from "../support/console/hostile-answers.ts";
import { payloads } from "../support/console/payloads.ts";
import { open, visit } from "../support/console/visitor.ts";

let built: Awaited<ReturnType<typeof buildConsole>>;
let browser: Browser;
beforeAll(async () => void ([built, browser] = await Promise.all([buildConsole(), startBrowser()])));
afterAll(async () => void (await Promise.all([built.remove(), browser.close()])));

const name = encodeURIComponent(payloads[0] ?? "");
const paths = [
  "/",
  "/clusters",
  `/clusters/${name}`,
  "/history",
  "/history?against=2020-01-01T00:00:00.000Z",
  "/audit",
  "/tokens",
  "/applications",
  `/applications/${name}`,
  "/rollouts",
  `/rollouts/${name}`,
  `/clusters/${name}/applications/${name}`,
  `/clusters?filter=${name}&sort=${name}&standing=${name}`,
  `/${name}`,
];

type Answering = (route: Route) => Promise<void>;

/** The page as the real server serves it, policy and all; the API behind it answers what the test says. */
async function visitHostile(answering: Answering) {
  const server = createHttpServer(fakeApi().deps, { consoleDir: built.folder });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const origin = `http://127.0.0.1:${port}`;
  const visitor = await visit(browser, origin, { token: "admin" });
  onTestFinished(() => visitor.context.close());
  const elsewhere: string[] = [];
  visitor.page.on("request", (request) => request.url().startsWith(origin) || elsewhere.push(request.url()));
  await visitor.context.addInitScript(
    `document.addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI))`,
  );
  await visitor.page.route("**/v1/**", answering);
  return { ...visitor, elsewhere };
}

/** The next payload for each text, so that all of them come to every kind of field in the end. */
function taking() {
  let index = 0;
  return { next: () => payloads[index++ % payloads.length] ?? "", used: () => index };
}

/** Through every list, to its end: rows out of sight are not there. */
async function scrollThrough(page: Page): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const list of await page.getByRole("region").all())
    for (let at = 0; at < 12_000; at += 500) {
      await list.evaluate((element, top) => void (element.scrollTop = top), at);
      for (const text of await list.getByRole("cell").allTextContents()) seen.add(text);
    }
  return seen;
}

const isRun = (page: Page): Promise<boolean> => page.evaluate(() => "pwned" in globalThis);

test("what somebody writes into names, labels and messages never runs, on any page", { timeout: 180_000 }, async () => {
  expect(payloads.length).toBe(300);
  const { next, used } = taking();
  const { page, troubles, elsewhere } = await visitHostile(async (route) => {
    const request = route.request();
    const operation = operationOf(request.method(), new URL(request.url()).pathname);
    if (operation === undefined || operation.startsWith("watch")) return route.abort();
    return route.fulfill({ json: hostileAnswer(operation, next) });
  });
  const rows = new Map<string, number>();
  for (const path of paths) {
    await open(page, path);
    rows.set(path, (await scrollThrough(page)).size);
    expect([path, await isRun(page)]).toEqual([path, false]);
  }
  expect(rows.get("/clusters")).toBeGreaterThan(payloads.length);
  expect(used()).toBeGreaterThan(payloads.length);
  expect({ troubles, elsewhere }).toEqual({ troubles: [], elsewhere: [] });
});

test("nor does what the server says when it fails", { timeout: 120_000 }, async () => {
  const { next } = taking();
  const { page, troubles, elsewhere } = await visitHostile(async (route) => {
    const operation = operationOf(route.request().method(), new URL(route.request().url()).pathname);
    if (operation === "whoAmI") return route.fulfill({ json: hostileAnswer(operation, next) });
    const problem = { type: next(), title: next(), status: 400, detail: next(), code: next(), requestId: next() };
    return route.fulfill({ status: 400, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  for (const path of paths) {
    await open(page, path);
    expect([path, await isRun(page)]).toEqual([path, false]);
  }
  expect({ troubles, elsewhere }).toEqual({ troubles: [], elsewhere: [] });
});
