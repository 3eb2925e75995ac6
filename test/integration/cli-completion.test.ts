import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { atTerminal } from "../support/pseudo-terminal.ts";
import { shared } from "../support/shared.ts";
import { pushSmallFleet } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

// Each shell is started as its person would start it, with the line of the guide in its own file, and asked what it makes of a Tab.

const run = promisify(execFile);
let world: TestControlPlane;
let home: string;
let env: Readonly<Record<string, string | undefined>>;
const stops: (() => Promise<void>)[] = [];
const clusters = ["eu-1", "us-1"];

beforeAll(async () => {
  world = await prepareControlPlane();
  stops.push(world.stop);
  await pushSmallFleet(world, clusters);
  const replica = await world.start();
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === clusters.length, 30_000);
  home = join(world.folder, "home");
  await mkdir(home);
  await mkdir(join(home, "bin"));
  const program = `#!/bin/sh\nexec "${process.execPath}" "${await shared("cli")}" "$@"\n`;
  await writeFile(join(home, "bin/drover"), program, { mode: 0o755 });
  await writeFile(join(home, "manifest.yaml"), "");
  env = {
    PATH: [join(home, "bin"), process.env["PATH"]].join(delimiter),
    HOME: home,
    TERM: "xterm",
    DROVER_SERVER: replica.apiUrl,
    DROVER_TOKEN_FILE: world.tokenFile,
    DROVER_CA_FILE: world.caFile,
  };
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** Nothing is skipped for want of a shell: that would look as if it had been tried. */
function needs(shell: string): void {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  if (!folders.some((folder) => existsSync(join(folder, shell))))
    throw new Error(`this test runs ${shell}, which is not on this machine: install it (apt-get install ${shell})`);
}

test("bash completes commands, options and what the server has", async () => {
  needs("bash");
  const script = `
    source <(drover completion bash)
    try() { COMP_LINE=$1; COMP_POINT=\${#COMP_LINE}; _drover; echo "\${COMPREPLY[*]}"; }
    try "drover rollo"; try "drover get cluster/e"; try "drover why web --environment=pro"; try "drover describe cluster "; try "drover get clusters us"; try "drover rollout status --context="`;
  const { stdout } = await run("bash", ["--norc", "-c", script], { env });
  expect(stdout).toBe("rollout\ncluster/eu-1\nproduction\neu-1 us-1\nus-1\n\n");
});

/** Answers what a line has become when Tab was pressed behind it; `setUp` is what the person has in ~/.zshrc. */
async function zsh(setUp: string) {
  needs("zsh");
  const line = join(home, "line");
  // Ctrl-X writes down the line as Tab has left it.
  const keep = `keep() { print -r -- "$BUFFER|" > ${line}.new; mv ${line}.new ${line}; BUFFER= }; zle -N keep; bindkey '^X' keep`;
  await writeFile(join(home, ".zshrc"), `${setUp}\n${keep}\ncd ~; PS1='ready> '\n`);
  const terminal = await atTerminal(["zsh", "-d", "-i"], env, { columns: 120, rows: 40 });
  onTestFinished(() => terminal.stop());
  await waitUntil("zsh is ready", () => Promise.resolve(terminal.screen().includes("ready> ")), 30_000);
  const afterTab = async (typed: string): Promise<string> => {
    terminal.type(`${typed}\t\u0018`);
    await waitUntil(`zsh has completed ${typed}`, () => Promise.resolve(existsSync(line)), 30_000);
    const text = await readFile(line, "utf8");
    await rm(line);
    return text.trimEnd();
  };
  return { afterTab, screen: terminal.screen };
}

test("zsh completes commands, options, files and what the server has, with what each is", async () => {
  const { afterTab, screen } = await zsh("autoload -Uz compinit; compinit -u -D\nsource <(drover completion zsh)");
  expect(await afterTab("drover rollo")).toBe("drover rollout |");
  expect(await afterTab("drover get cluster/e")).toBe("drover get cluster/eu-1 |");
  expect(await afterTab("drover why web --environment=pro")).toBe("drover why web --environment=production |");
  expect(await afterTab("drover get 'clusters' us")).toBe("drover get 'clusters' us-1 |");
  // More is to come behind it.
  expect(await afterTab("drover get clusters -o jsonp")).toBe("drover get clusters -o jsonpath=|");
  expect(await afterTab("drover apply --filename=mani")).toBe("drover apply --filename=manifest.yaml |");
  const before = screen().length;
  await afterTab("drover describe cluster ");
  expect(stripVTControlCharacters(screen().slice(before)).replaceAll("\r", "")).toMatch(/\neu-1 {2}-- Pending.*\nus-1 {2}-- Pending/);
});

test("zsh that reads it from a folder of functions completes at the first Tab", async () => {
  const functions = join(home, "functions");
  await mkdir(functions);
  await run("sh", ["-c", `drover completion zsh > ${functions}/_drover`], { env });
  const { afterTab } = await zsh(`fpath=(${functions} $fpath); autoload -Uz compinit; compinit -u -D`);
  expect(await afterTab("drover get cluster/u")).toBe("drover get cluster/us-1 |");
});

test("fish completes commands, options, files and what the server has, with what each is", async () => {
  needs("fish");
  const completions = join(home, ".config/fish/completions");
  await mkdir(completions, { recursive: true });
  await run("fish", ["-c", `drover completion fish > ~/.config/fish/completions/drover.fish`], { env });
  const complete = async (typed: string): Promise<readonly string[]> => {
    const { stdout } = await run("fish", ["-c", "cd; complete -C $argv[1]", typed], { env });
    return stdout.trimEnd().split("\n");
  };
  expect(await complete("drover rollo")).toEqual(["rollout\tlook at a rollout, and control it"]);
  expect(await complete("drover get cluster/e")).toEqual([expect.stringMatching(/^cluster\/eu-1\tPending/)]);
  expect(await complete("drover why web --environment=pro")).toEqual([expect.stringMatching(/^--environment=production\t/)]);
  expect(await complete("drover describe cluster ")).toEqual([
    expect.stringMatching(/^eu-1\tPending/),
    expect.stringMatching(/^us-1\tPending/),
  ]);
  expect(await complete("drover apply --filename=mani")).toEqual(["--filename=manifest.yaml"]);
  expect(await complete("drover nosuch ")).toEqual([""]);
});
