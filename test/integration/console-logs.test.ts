import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../control-plane/src/api/http/server.ts";
import { startBrowser } from "../support/browser.ts";
import { visit } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";
import { waitUntil } from "../support/wait-until.ts";

const pod = { group: "", kind: "Pod", namespace: "shop", name: "web-1", health: "Healthy" };
const lines = (position: string, text: string): string => `id: ${position}\ndata: ${JSON.stringify({ text: `${text}\n` })}\n\n`;

let site: string;
let browser: Browser;
beforeAll(async () => void ([site, browser] = await Promise.all([shared("console"), startBrowser()])));
afterAll(() => browser.close());

/** The console, of a cluster that has one pod. */
async function visitPod() {
  const server = createHttpServer(fakeApi().deps, { consoleDir: site });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const { page, troubles } = await visit(browser, `http://127.0.0.1:${port}`, { token: "admin" });
  await page.route("**/applications/web/tree", (route) => route.fulfill({ json: { nodes: [pod], truncated: false } }));
  return { page, troubles };
}

const openLog = (page: Page) => page.goto("/clusters/eu-1/applications/web?object=core%2FPod%2Fshop%2Fweb-1&tab=logs");

test("a log whose stream is cut says so, and goes on behind its last line", { timeout: 60_000 }, async () => {
  const { page, troubles } = await visitPod();
  const stream = (body: string) => (route: Route) => route.fulfill({ contentType: "text/event-stream", body });
  let answer = stream(lines("p1", "the first line"));
  const behind: (string | undefined)[] = [];
  await page.route("**/applications/web/logs?*", async (route) => {
    const position = (await route.request().allHeaders())["last-event-id"];
    if (behind.at(-1) !== position || behind.length === 0) behind.push(position);
    await answer(route);
    // Whoever asks again at once finds nobody.
    answer = (next) => next.abort("connectionrefused");
  });

  await openLog(page);
  const log = page.getByRole("log");
  await log.getByText("the first line").waitFor();
  await page.getByText("1 line. Reconnecting…").waitFor();

  answer = stream(`${lines("p2", "the second line")}event: End\ndata: {}\n\n`);
  await page.getByText("2 lines, and no more come").waitFor();
  expect(await log.innerText()).toBe("the first line\nthe second line");
  expect(behind).toEqual([undefined, "p1"]);
  expect(troubles).toEqual([]);
});

const ofEvents = { "content-type": "text/event-stream" };

/** Streams whose messages the test writes: the browser has no other way to see one that neither writes nor ends. */
async function logServer() {
  const asked: { readonly behind: string | undefined; readonly stream: ServerResponse }[] = [];
  const server = createServer((request, stream) => {
    asked.push({ behind: [request.headers["last-event-id"]].flat()[0], stream });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("a log whose stream hangs is asked for again, behind its last line; signs of life are enough", { timeout: 60_000 }, async () => {
  const { page } = await visitPod();
  const { asked, url } = await logServer();
  await page.route("**/applications/web/logs?*", (route) => route.continue({ url: `${url}/logs` }));
  await page.clock.install();
  await openLog(page);
  await waitUntil("the log is asked for", () => asked.length === 1);
  asked[0]?.stream.writeHead(200, ofEvents).write(lines("p1", "the first line"));
  await page.getByText("1 line", { exact: true }).waitFor();

  // A sign of life, which shows nothing: what follows it in the same piece has come with it.
  await page.clock.fastForward(8_000);
  asked[0]?.stream.write(`:\n\n${lines("p2", "the second line")}`);
  await page.getByText("2 lines", { exact: true }).waitFor();
  await page.clock.fastForward(8_000);
  expect(asked.length).toBe(1);

  await page.clock.fastForward(5_000);
  await page.getByText("2 lines. Reconnecting…").waitFor();
  await waitUntil("the log is asked for again", () => asked.length === 2);
  expect(asked[1]?.behind).toBe("p2");
  asked[1]?.stream.writeHead(200, ofEvents).end(`${lines("p3", "the third line")}event: End\ndata: {}\n\n`);
  await page.getByText("3 lines, and no more come").waitFor();
});
