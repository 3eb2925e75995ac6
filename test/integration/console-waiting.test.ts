import { expect, onTestFinished, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { openConsole } from "../support/console/story-page.ts";
import { prepareControlPlane } from "../support/control-plane.ts";
import { shared } from "../support/shared.ts";

test("a page that does not come stands by its name and a sign of loading in place of the one before it", { timeout: 90_000 }, async () => {
  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  const controlPlane = await prepareControlPlane();
  onTestFinished(() => controlPlane.stop());
  const replica = await controlPlane.start({ DROVER_CONSOLE_DIR: await shared("console") });
  const { token } = await replica.client()("createApiToken", { body: { subject: "ada", role: "viewer" } });
  const page = await openConsole(browser, `${replica.apiUrl}/`, token);
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();

  // From here on the server accepts, and answers nothing.
  await page.route("**", () => {});
  await page.getByRole("link", { name: "Audit", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  await page.getByRole("status", { name: "loading" }).waitFor();
  expect(await page.title()).toBe("Audit · Drover");
});
