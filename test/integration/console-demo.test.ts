import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { columnOf, openConsole, order } from "../support/console/story-page.ts";
import { waitUntil } from "../support/wait-until.ts";

const program = fileURLToPath(new URL("../../demo/src/main.ts", import.meta.url));

test(
  "a person with the demo and a browser brings an application out, looks at its pods, and sees a bad version taken back",
  { timeout: 300_000 },
  async () => {
    const demo = await startDemo();
    const token = (await readFile(demo.tokenFile, "utf8")).trim();
    const first = await demo.push("First version", "runs");
    const browser = await startBrowser();
    onTestFinished(() => browser.close());
    const page = await openConsole(browser, `${demo.console}/applications/web`, token);
    const [staging, production] = [columnOf(page, "staging"), columnOf(page, "production")];

    const promote = "Promote…";
    await order(page, staging.getByRole("button", { name: promote }), "Promote to staging", {
      Release: first,
      Reason: "the first version",
    });
    await staging.getByText("1 of 1 on this revision, all proven").waitFor();
    await order(page, production.getByRole("button", { name: promote }), "Promote to production", { Reason: "staging is well" });
    await production.getByText("1 of 1 on this revision, all proven").waitFor();

    // A real agent answers for the objects that it applied, down to the pods that its cluster made of them.
    await page.goto(`${demo.console}/clusters/production-1/applications/web`);
    await page.getByRole("treeitem", { name: /^Deployment web Healthy/ }).waitFor();
    await page
      .getByRole("treeitem", { name: /^Pod web-/ })
      .first()
      .click();
    await page.getByRole("tab", { name: "YAML" }).click();
    await page.getByText("image: registry.drover.test/web:runs").first().waitFor();

    const bad = await demo.push("It crashes", "crash");
    await page.goto(`${demo.console}/applications/web`);
    await order(page, staging.getByRole("button", { name: promote }), "Promote to staging", {
      Release: bad,
      Reason: "what could go wrong",
    });
    await page.getByRole("heading", { name: "Quarantined" }).waitFor({ timeout: 90_000 });
    await staging.getByText("First version").waitFor({ timeout: 60_000 });
    await page.goto(`${demo.console}/rollouts?environment=staging&phase=RolledBack`);
    await page.getByRole("link", { name: "web-2" }).click();
    await page.getByText("RolledBack", { exact: true }).first().waitFor();
    // What was stopped in staging has never been near production.
    await page.goto(`${demo.console}/applications/web`);
    expect(await production.innerText()).toContain("First version");
  },
);

interface Demo {
  readonly console: string;
  readonly tokenFile: string;
  /** Commits and pushes the application so that its containers run, or crash. */
  push(message: string, outcome: "runs" | "crash"): Promise<string>;
}

/** The demo as a person starts it, without its story: a cluster in staging and one in production, with real agents. Ends with the test. */
async function startDemo(): Promise<Demo> {
  const home = await mkdtemp(join(tmpdir(), "drover-test-console-demo-"));
  const [data, readyFile] = [join(home, "data"), join(home, "ready.json")];
  const args = [program, "--data-dir", data, "--clusters", "2", "--story", "none", "--ready-file", readyFile];
  const child = spawn(process.execPath, args, { cwd: home, stdio: "ignore" });
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGINT");
    await ended;
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });
  await waitUntil("the demo's fleet is enrolled", () => existsSync(readyFile), 120_000);
  const ready = JSON.parse(await readFile(readyFile, "utf8")) as Pick<Demo, "console" | "tokenFile">;
  const web = join(data, "checkouts/web");
  const git = async (...words: readonly string[]): Promise<string> => {
    const credentials = ["-c", `credential.helper=store --file=${join(data, "git-credentials")}`];
    const { stdout } = await promisify(execFile)("git", ["-C", web, ...credentials, ...words], { timeout: 30_000 });
    return stdout.trim();
  };
  return {
    ...ready,
    push: async (message, outcome) => {
      await mkdir(join(web, "deploy"), { recursive: true });
      await writeFile(join(web, "deploy/web.yaml"), manifest(outcome));
      await git("add", "--all");
      await git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "--message", message);
      await git("push", "--quiet", "origin", "HEAD:main");
      return git("rev-parse", "HEAD");
    },
  };
}

const manifest = (outcome: "runs" | "crash"): string => `apiVersion: v1
kind: Namespace
metadata: { name: web }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations: { drover.test/outcome: ${outcome === "crash" ? "crash" : "ready"} }
    spec:
      containers: [{ name: web, image: "registry.drover.test/web:${outcome}" }]
`;
