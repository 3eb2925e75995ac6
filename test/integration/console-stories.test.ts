import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { reportOn } from "../support/console/failure-report.ts";
import { columnOf, openConsole, openTab, order } from "../support/console/story-page.ts";
import { startStoryWorld, type StoryWorld } from "../support/console/story-world.ts";
import { shared } from "../support/shared.ts";
import { rolloutOf, untilCompleted } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: StoryWorld;
let browser: Browser;
let olivia: string;
let ada: string;

beforeAll(async () => {
  [world, browser] = await Promise.all([startStoryWorld(await shared("console")), startBrowser()]);
  olivia = await world.tokenOf("olivia", "operator");
  ada = await world.tokenOf("ada", "admin");
}, 120_000);
afterAll(async () => {
  await browser.close();
  await world.stop();
});

const tabs = new Map<string, Promise<Page>>();

/** In the tab that this person has open already: a new one would load and compile the console anew. */
async function open(token: string, path: string): Promise<Page> {
  const opening = tabs.get(token) ?? openTab(browser, token);
  tabs.set(token, opening);
  const page = await opening;
  reportOn(page.context());
  await page.goto(`${world.replica.apiUrl}${path}`);
  return page;
}

const openAnother = (token: string, path: string): Promise<Page> => openConsole(browser, `${world.replica.apiUrl}${path}`, token);

/** Brings a commit to an environment as somebody with the command line does, and answers the rollout. */
async function promoted(environment: string, revision: string): Promise<string> {
  const { id } = await world.api("createPromotion", { body: { application: "web", environment, revision, reason: "a story begins" } });
  return (await rolloutOf(world.api, id)).id;
}

test("a promotion shows its plan, waits for somebody else's word, and completes before one's eyes", { timeout: 90_000 }, async () => {
  const commit = await world.push("1");
  const page = await open(olivia, "/applications");
  await page.getByRole("link", { name: "web", exact: true }).click();
  const staging = columnOf(page, "staging");
  await order(page, staging.getByRole("button", { name: "Promote…" }), "Promote to staging", {
    Release: commit,
    Reason: "the first version",
  });
  await staging.getByText("1 of 1 on this revision, all proven").waitFor();

  const production = columnOf(page, "production");
  await production.getByRole("button", { name: "Promote…" }).click();
  const dialog = page.getByRole("dialog");
  // What staging has is suggested, and its plan is there before anybody asks.
  await dialog.getByText("3 clusters: 1 at once, 2 waiting for their turn.").waitFor();
  expect(await dialog.getByRole("table", { name: "Waves" }).innerText()).toContain("before: signed-off (Approval)");
  await dialog.getByLabel("Reason").fill("it did well in staging");
  await dialog.getByRole("button", { name: "Promote to production" }).click();
  await production.getByRole("link", { name: "rollout of web-1" }).click();

  const approve = page.getByRole("button", { name: "Approve signed-off" });
  await approve.waitFor();
  expect(await approve.getAttribute("aria-disabled")).toBe("true");
  await page.getByText("your token is not granted gate.approve in production").first().waitFor({ state: "attached" });

  const approver = await open(ada, new URL(page.url()).pathname);
  await order(approver, approver.getByRole("button", { name: "Approve signed-off" }), "Approve", { Reason: "the dashboards look well" });
  for (const watching of [approver, page]) await watching.getByRole("heading", { level: 1 }).getByText("web-1 in production").waitFor();
  // Whoever only watches sees it too.
  await page.getByText("3 of 3 done").first().waitFor();
  await page.getByText("users/ada: the dashboards look well").waitFor();
});

test("a bad version halts, the page says why, and a rollback returns to what was well", { timeout: 90_000 }, async () => {
  const rollout = await promoted("staging", await world.pushBad("2"));
  const page = await open(olivia, `/rollouts/${rollout}`);
  await page.getByText("Halted", { exact: true }).first().waitFor();
  await page.getByRole("region", { name: "Why" }).getByText("configuration key PAYMENT_URL is missing").waitFor();
  await page.getByRole("table", { name: "Clusters" }).getByText("configuration key PAYMENT_URL is missing").waitFor();
  const board = await openAnother(olivia, "/applications/web");
  const fails = columnOf(board, "staging").getByRole("list", { name: "What fails" });
  await fails.getByText("configuration key PAYMENT_URL is missing").waitFor();
  await board.getByRole("table", { name: "Promotions and rollbacks" }).getByText("Halted", { exact: true }).waitFor();
  await board.close();

  await page.getByRole("button", { name: "Roll back…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("1 cluster goes from").waitFor();
  await dialog.getByText("Nothing stands in its way.").waitFor();
  await dialog.getByLabel("Quarantine what is left behind").check();
  await dialog.getByLabel("Reason").fill("it needs a key that nobody has set");
  await dialog.getByRole("button", { name: "Roll back", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });

  await page.getByRole("link", { name: "web", exact: true }).first().click();
  await columnOf(page, "staging").getByText("web-1").first().waitFor();
  await columnOf(page, "staging").getByText("1 of 1 on this revision, all proven").waitFor();
  await order(page, page.getByRole("button", { name: /^Lift the quarantine of/ }), "Lift it", { Reason: "the key is set now" });
  await page.getByRole("heading", { name: "Quarantined" }).waitFor({ state: "hidden" });
  expect((await world.api("listQuarantines")).items).toEqual([]);
});

test("an order names what will happen to how many clusters before it is given", { timeout: 90_000 }, async () => {
  const commit = await world.push("3");
  await untilCompleted(world.api, await promoted("staging", commit));
  const page = await open(olivia, `/rollouts/${await promoted("production", commit)}`);
  await page.getByText("1 of 3 done, 2 waiting").first().waitFor();

  await page.getByRole("button", { name: "Pause…" }).click();
  const consequences = page.getByRole("list", { name: "What will happen" });
  expect(await consequences.innerText()).toMatch(
    /1 cluster stays on web-\d+\.\s+0 clusters under way finish\.\s+2 clusters wait on what they had, until somebody resumes\./,
  );
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  const button = (name: string) => page.getByRole("button", { name, exact: true });
  await order(page, button("Pause…"), "Pause", { Reason: "lunch" });
  await page.getByText("Paused", { exact: true }).first().waitFor();
  expect(await button("Pause…").getAttribute("aria-disabled")).toBe("true");
  await order(page, button("Resume…"), "Resume", { Reason: "lunch is over" });
  await page.getByText("Running", { exact: true }).first().waitFor();
  await order(page, button("Abort…"), "Abort", { Reason: "not today" });
  await page.getByText("Aborted", { exact: true }).first().waitFor();
  await order(page, button("Retry…"), "Retry", { Reason: "today after all" });
  await page.getByText("Running", { exact: true }).first().waitFor();
  await order(page, button("Abort…"), "Abort", { Reason: "no" });
  await page.getByText("Aborted", { exact: true }).first().waitFor();
  await page.getByRole("region", { name: "Timeline" }).getByText("users/olivia", { exact: true }).first().waitFor();
});

test("a pin that moved while somebody read the plan is not overwritten", { timeout: 60_000 }, async () => {
  const page = await open(olivia, "/applications/web");
  const commit = await world.push("4");
  await columnOf(page, "staging").getByRole("button", { name: "Promote…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Release").fill(commit);
  await dialog.getByRole("status").getByText("1 cluster: 1 at once.").waitFor();
  await dialog.getByLabel("Reason").fill("mine");
  const moved = await world.push("5");
  await untilCompleted(world.api, await promoted("staging", moved));
  await dialog.getByRole("button", { name: "Promote to staging" }).click();
  await dialog.getByText("Somebody moved this environment while you looked").waitFor();
  expect((await world.api("getPlacement", { params: { application: "web", environment: "staging" } })).revision).toBe(moved);
  await dialog.getByRole("button", { name: "Look again" }).click();
  await dialog.getByRole("button", { name: "Promote to staging" }).click();
  await dialog.waitFor({ state: "hidden" });
});

test("a cluster's objects are walked by keyboard, compared with git, and their logs followed", { timeout: 60_000 }, async () => {
  const page = await open(olivia, "/clusters/eu-1/applications/web");
  await page.getByRole("treeitem", { name: /^Deployment web/ }).focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await page.getByRole("heading", { name: "Pod web-6b8f-bbbbb" }).waitFor();
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft"]) await page.keyboard.press(key);
  await page.getByRole("treeitem", { name: /^ReplicaSet/ }).waitFor({ state: "hidden" });

  // What Kubernetes made opens on what can be said of it: git has nothing to compare it with.
  await page.getByRole("tab", { name: "Logs", selected: true }).waitFor();
  await page.getByRole("tab", { name: "Diff" }).click();
  await page.getByText("Git does not hold this object: Kubernetes made it for Deployment web.").waitFor();
  await page.getByRole("tab", { name: "Events" }).click();
  await page.getByText("Back-off restarting failed container web").waitFor();
  await page.getByRole("tab", { name: "Logs" }).click();
  await page.getByText("web: tick 3", { exact: true }).waitFor();
  await page.getByLabel("Container").selectOption("proxy");
  await page.getByText("proxy: tick 2", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText(/^paused at \d+ lines$/).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
  expect(download.suggestedFilename()).toBe("web-6b8f-bbbbb.log");
  await page.getByLabel("Previous run").check();
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("proxy before: starting").waitFor();

  await page.getByRole("treeitem", { name: /^Secret web/ }).click();
  await page.getByRole("tab", { name: "Diff" }).click();
  const difference = page.getByRole("region", { name: "Difference of Secret web, line by line" });
  expect(await difference.innerText()).toContain("(masked, 8 bytes, 1)");
  await page.getByText("Side by side").click();
  await page.getByRole("region", { name: "Difference of Secret web, side by side" }).waitFor();
  // What one looks at can be sent to somebody else.
  expect(new URL(page.url()).searchParams.get("object")).toBe("core/Secret/default/web");
});

test("the fleet is stopped and released by a typed word, and glass is broken for one environment", { timeout: 60_000 }, async () => {
  const spec = { reason: "nobody is there", environments: ["production"] };
  await world.api("createFreeze", { body: { name: "holidays", spec, reason: "the year ends" } });
  const page = await open(ada, "/restrictions");
  await page.getByRole("table", { name: "Freezes" }).getByText("nobody is there").waitFor();
  await order(page, page.getByRole("button", { name: "Stop the fleet…" }), "Stop the fleet", {
    Reason: "the database is on fire",
    "Type stop to confirm": "stop",
  });
  await page.getByText("The whole fleet is stopped", { exact: true }).waitFor();
  expect(await world.api("getStop")).toMatchObject({ stopped: true, actor: "users/ada", reason: "the database is on fire" });
  await order(page, page.getByRole("button", { name: "Release…" }), "Release", {
    Reason: "it is out",
    "Type release to confirm": "release",
  });
  await page.getByText("Nothing is stopped").waitFor();

  await page.getByRole("button", { name: "Break the glass…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Environment").selectOption("production");
  await dialog.getByLabel("Reason").fill("a fix for the fire");
  expect(await dialog.getByRole("button", { name: "Break the glass" }).isDisabled()).toBe(true);
  await dialog.getByLabel("Type production to confirm").fill("production");
  await dialog.getByRole("button", { name: "Break the glass" }).click();
  await order(page, page.getByRole("button", { name: "End the exception for production" }), "End it", { Reason: "done" });
  await page.getByText("No glass is broken").waitFor();
});

test("a file of the fleet is edited as text, looked at, and committed, unless somebody was faster", { timeout: 60_000 }, async () => {
  const page = await open(olivia, "/fleet");
  await page.getByRole("table", { name: "Strategies" }).getByRole("link", { name: "quick" }).click();
  const file = page.getByLabel("File");
  await file.fill("maxFailures: [\n");
  await page.getByText(/^line \d+: /).waitFor();
  const written = "maxFailures: 0\ndegradedGracePeriod: 1s\n";
  await file.fill(`${written}progressDeadline: soon\n`);
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("progressDeadline").last().waitFor();
  await file.fill(`${written}progressDeadline: 5m\n`);
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("region", { name: "Change of strategies/quick.yaml" }).getByText("+progressDeadline: 5m").waitFor();
  await order(page, page.getByRole("button", { name: "Commit…" }), "Commit", { Reason: "staging is slow today" });
  const { spec } = await world.api("getStrategy", { params: { strategy: "quick" } });
  expect(spec).toMatchObject({ progressDeadline: "5m" });

  await file.fill(`${written}progressDeadline: 6m\n`);
  const body = { spec: { ...spec, progressDeadline: "7m" }, reason: "faster" };
  await world.api("replaceStrategy", { params: { strategy: "quick" }, ifMatch: "*", body });
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("Somebody changed this file while you edited it").waitFor();
});

test(
  "an application is begun from the list of applications, and what holds for the fleet is edited like any file",
  { timeout: 60_000 },
  async () => {
    const page = await open(olivia, "/applications");
    await page.getByRole("button", { name: "New application" }).click();
    await page.getByLabel("Name").fill("web-copy");
    const { spec } = await world.api("getApplication", { params: { application: "web" } });
    await page.getByLabel("File").fill(JSON.stringify(spec));
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("region", { name: "Change of applications/web-copy.yaml" }).waitFor();
    await order(page, page.getByRole("button", { name: "Commit…" }), "Commit", { Reason: "a second one" });
    await page.getByText(/^web-copy is committed as [0-9a-f]{7}\.$/).waitFor();
    await page.getByRole("heading", { level: 1, name: "web-copy" }).waitFor();
    await columnOf(page, "staging").getByRole("button", { name: "Promote…" }).waitFor();

    await page.goto(new URL("/fleet", page.url()).href);
    await page.getByRole("link", { name: "drover.yaml" }).click();
    await page.getByLabel("File").fill("apiVersion: drover.dev/v1\ndescription: the shop\n");
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("region", { name: "Change of drover.yaml" }).getByText("+description: the shop").waitFor();
    await order(page, page.getByRole("button", { name: "Commit…" }), "Commit", { Reason: "so that one knows" });
    expect((await world.api("getFleetSettings")).spec).toMatchObject({ description: "the shop" });
  },
);

test("whoever may only look sees what there is to press, and why he may not", { timeout: 60_000 }, async () => {
  const page = await open(await world.tokenOf("victor", "viewer"), "/applications/web");
  const promote = columnOf(page, "staging").getByRole("button", { name: "Promote…" });
  await promote.waitFor();
  await waitUntil("the console knows who asks", async () =>
    (await promote.textContent())?.includes("your role, viewer, lacks the permission promotion.create"),
  );
  await promote.click({ force: true });
  expect(await page.getByRole("dialog").count()).toBe(0);
});
