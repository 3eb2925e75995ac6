import { expect, onTestFinished, test } from "vitest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../control-plane/src/api/http/server.ts";
import { startBrowser } from "../support/browser.ts";

test("the documentation works in a browser under its own policy: somebody signs in with a token and tries an operation", async () => {
  const http = createHttpServer(fakeApi().deps);
  const port = await http.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => http.close());
  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", ({ message }) => complaints.push(message));

  await page.goto(`http://127.0.0.1:${port}/docs`);
  await page.click("button.authorize");
  await page.fill(".auth-container input[type=text]", "viewer");
  await page.click(".auth-btn-wrapper button.authorize");
  await page.click(".btn-done");
  await page.click(".opblock-tag[data-tag=whoami]");
  await page.click("#operations-whoami-whoAmI .opblock-summary-control");
  await page.click(".try-out__btn");
  await page.click(".execute");
  const answer = page.locator(".live-responses-table tbody .response").first();
  await answer.waitFor();
  expect(await answer.innerText()).toMatch(/200[\s\S]*users\/viewer/);
  expect(complaints).toEqual([]);
}, 60_000);
