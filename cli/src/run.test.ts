import { mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "./run.ts";

const home = mkdtempSync(join(tmpdir(), "drover-cli-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const drover = (...argv: string[]) => droverWith({ DROVER_CONFIG: join(home, "config") }, ...argv);

async function droverWith(env: NodeJS.ProcessEnv, ...argv: string[]) {
  let out = "";
  let said = "";
  const status = await run(argv, { env, isTerminal: false, out: (text) => (out += text), say: (text) => (said += `${text}\n`) });
  return { status, out, said };
}

test("a command nobody knows is a usage error", async () => {
  expect(await drover("gett", "clusters")).toMatchObject({ status: 2, out: "" });
});

test.each([
  { line: ["app"], says: "`drover get applications`" },
  { line: ["apps", "list"], says: "`drover get applications`" },
  { line: ["app", "sync", "web"], says: "`drover sync APPLICATION" },
  { line: ["login", "https://drover.example.com"], says: "`drover auth login SERVER`" },
  { line: ["scale", "deployment/web", "--replicas", "3"], says: "changed in git" },
  { line: ["get", "pods"], says: "`drover tree`" },
  { line: ["app", "--help"], says: "`drover get applications`" },
  { line: ["rollout", "undo", "deploy/web"], says: "`drover rollback APPLICATION" },
  { line: ["rollout", "restart", "web"], says: "`drover rollout retry`" },
  { line: ["get", "aps"], says: "did you mean applications?" },
  { line: ["get", "apps", "-n", "default"], says: "--namespace is of" },
  { line: ["delete", "app", "ghost", "--yes"], says: "drover application remove ghost" },
  { line: ["delete", "cluster/eu-1", "--yes"], says: "drover cluster remove eu-1" },
  { line: ["get", "clusters"], says: "drover auth login" },
])("who has another tool's habits is told what there is: $line", async ({ line, says }) => {
  const { status, out, said } = await drover(...line);
  expect({ isRefused: status > 0, out }).toEqual({ isRefused: true, out: "" });
  expect(said).toContain(says);
  expect(said).not.toContain("by a commit");
});

test.each(["top", "exec"])("what merely looks like `%s` is not proposed: it could be the emergency stop", async (command) => {
  expect((await drover(command)).said).not.toContain("Did you mean");
});

test("help is in groups, with examples, and a line for each command", async () => {
  const { status, out } = await drover("--help");
  expect(status).toBe(0);
  const headings = out.split("\n").filter((line) => /^[A-Z].*:$/.test(line));
  expect(headings).toEqual([
    "Options:",
    "Look:",
    "Release:",
    "Hold:",
    "Edit the fleet:",
    "Clusters:",
    "Access:",
    "This command line:",
    "Examples:",
  ]);
  expect(out).toMatch(/^ {2}why +why something is not there yet/m);
});

test("a resource nobody knows names the ones there are", async () => {
  const { status, said } = await drover("get", "pods");
  expect(status).toBe(2);
  expect(said).toContain("clusters, applications, environments, ");
});

test("--version is the client's, without a server", async () => {
  expect(await drover("--version")).toEqual({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), said: "" });
});

test("without a server it says how to name one", async () => {
  const { status, said } = await drover("get", "clusters");
  expect(status).toBe(2);
  expect(said).toContain("drover config set-context");
});

test("a server that does not answer is named", async () => {
  const { status, said } = await drover("get", "clusters", "--server", "https://127.0.0.1:1");
  expect(status).toBe(1);
  expect(said).toContain("https://127.0.0.1:1 does not answer");
});

test("contexts are kept for their owner alone", async () => {
  writeFileSync(join(home, "config"), "contexts: []\n", { mode: 0o644 });
  expect(await drover("config", "set-context", "lab", "--server", "https://lab:8443", "--token-file", "/tmp/t")).toMatchObject({
    status: 0,
  });
  expect(statSync(join(home, "config")).mode & 0o777).toBe(0o600);
  expect((await drover("config", "get-contexts")).out).toContain("*         lab    https://lab:8443");
  expect(readFileSync(join(home, "config"), "utf8")).toContain("tokenFile: /tmp/t");
});

test("setting one thing of a context keeps the others, but for the token that another one replaces", async () => {
  const file = join(home, "kept");
  const kept = (...argv: string[]) => droverWith({ DROVER_CONFIG: file }, "config", "set-context", "lab", ...argv);
  const context = { name: "lab", server: "https://lab:8443", token: "drover_secret" };
  writeFileSync(file, JSON.stringify({ contexts: [context] }), { mode: 0o600 });
  expect(await kept("--ca-file", "/tmp/ca.crt")).toMatchObject({ status: 0 });
  expect(readFileSync(file, "utf8")).toMatch(/server: https:\/\/lab:8443\n +token: drover_secret\n +caFile: \/tmp\/ca.crt/);
  await kept("--token-file", "/tmp/t");
  expect(readFileSync(file, "utf8")).not.toContain("drover_secret");
});

test.each(["contexts: [", "contexts: 1\n", ""])("a contexts file that says %j is named, with what to do", async (text) => {
  const file = join(home, "broken");
  writeFileSync(file, text, { mode: 0o600 });
  const { status, said } = await droverWith({ DROVER_CONFIG: file }, "get", "clusters");
  expect(status).toBe(1);
  expect(said).toContain("CONTEXTS_INVALID");
  expect(said).toContain(`${file} is not what`);
});

test("validate names file, line and reason, and fails a pull request's job", async () => {
  const fleet = join(home, "fleet");
  mkdirSync(join(fleet, "environments"), { recursive: true });
  writeFileSync(join(fleet, "drover.yaml"), "apiVersion: drover.dev/v1\n");
  writeFileSync(join(fleet, "environments/staging.yaml"), "clusterSelector: {}\n# a comment\nstratgy: careful\n");
  const { status, out } = await drover("validate", fleet);
  expect(out).toMatch(/^environments\/staging\.yaml:3:1: error: .*stratgy/m);
  expect(status).toBe(1);
});

test("validate of a folder that is no fleet repository says so", async () => {
  const empty = join(home, "empty");
  mkdirSync(empty, { recursive: true });
  const { status, out, said } = await drover("validate", empty);
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(said).toMatch(/empty has no drover\.yaml, .*\(FLEET_MARKER_MISSING\)/);
});

test("validate of a sound fleet succeeds", async () => {
  const fleet = join(home, "sound");
  mkdirSync(fleet, { recursive: true });
  writeFileSync(join(fleet, "drover.yaml"), "apiVersion: drover.dev/v1\n");
  expect(await drover("validate", fleet)).toMatchObject({ status: 0, out: "" });
});
