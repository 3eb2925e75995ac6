import type { Route } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../control-plane/src/api/http/server.ts";
import { startBrowser } from "../support/browser.ts";
import { visit } from "../support/console/visitor.ts";
import { shared } from "../support/shared.ts";

const pod = { group: "", kind: "Pod", namespace: "shop", name: "web-1", health: "Healthy" };
const lines = (position: string, text: string): string => `id: ${position}\ndata: ${JSON.stringify({ text: `${text}\n` })}\n\n`;

test("a log whose stream is cut says so, and goes on behind its last line", { timeout: 60_000 }, async () => {
  const [site, browser] = await Promise.all([shared("console"), startBrowser()]);
  onTestFinished(() => browser.close());
  const server = createHttpServer(fakeApi().deps, { consoleDir: site });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const { page, troubles } = await visit(browser, `http://127.0.0.1:${port}`, { token: "admin" });

  const stream = (body: string) => (route: Route) => route.fulfill({ contentType: "text/event-stream", body });
  let answer = stream(lines("p1", "the first line"));
  const behind: (string | undefined)[] = [];
  await page.route("**/applications/web/tree", (route) => route.fulfill({ json: { nodes: [pod], truncated: false } }));
  await page.route("**/applications/web/logs?*", async (route) => {
    const position = (await route.request().allHeaders())["last-event-id"];
    if (behind.at(-1) !== position || behind.length === 0) behind.push(position);
    await answer(route);
    // Whoever asks again at once finds nobody.
    answer = (next) => next.abort("connectionrefused");
  });

  await page.goto("/clusters/eu-1/applications/web?object=core%2FPod%2Fshop%2Fweb-1&tab=logs");
  const log = page.getByRole("log");
  await log.getByText("the first line").waitFor();
  await page.getByText("1 line. The connection is lost; it goes on behind the last line").waitFor();

  answer = stream(`${lines("p2", "the second line")}event: End\ndata: {}\n\n`);
  await page.getByText("2 lines, and no more come").waitFor();
  expect(await log.innerText()).toBe("the first line\nthe second line");
  expect(behind).toEqual([undefined, "p1"]);
  expect(troubles).toEqual([]);
});
