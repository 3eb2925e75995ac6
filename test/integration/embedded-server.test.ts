import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePorts, type ServerProcess, startServerProcess } from "@drover/tools";
import { expect, onTestFinished, test } from "vitest";
import { type CliResult, type DroverCli, droverCli } from "../support/drover-cli.ts";
import { commandsIn } from "../support/guide-commands.ts";
import { waitUntil } from "../support/wait-until.ts";

const program = fileURLToPath(new URL("../../control-plane/src/main.ts", import.meta.url));

test(
  "a server without any configuration, in an empty folder, is a whole control plane that a restart leaves as it was",
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "drover-embedded-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    // Only so that tests do not meet: the ports are the one thing that is not as it comes.
    const ports = (await freePorts(3)).map((port) => `127.0.0.1:${port}`) as [string, string, string];
    const env = { ...bare(), DROVER_LISTEN: ports[0], DROVER_GRPC_LISTEN: ports[1], DROVER_NATS_LISTEN: ports[2] };
    const first = await start(folder, env, "first");

    const drover = droverCli({ HOME: folder }, folder);
    const [, connect, look, , add] = commandsIn("run-the-control-plane.md").flatMap((block) => block.trim().split("\n"));
    const words = /\.\/drover (config set-context .*)/.exec(first.printed)?.[1]?.split(" ") ?? [];
    expect(`./drover ${words.join(" ")}`).toBe(connect?.replace("127.0.0.1:8443", ports[0]).replaceAll(" .drover/", ` ${folder}/.drover/`));
    expect(await drover(...words)).toMatchObject({ status: 0 });
    expect((await typed(drover, look)).said).toContain("No clusters found");

    const repository = /fleet repository: (.*)/.exec(first.printed)?.[1] ?? "";
    await pushFleet(join(folder, "clone"), repository);
    const projected = async (): Promise<CliResult | undefined> => {
      const listed = await drover("get", "applications", "-o", "name");
      return listed.out === "application/web\n" ? listed : undefined;
    };
    await waitUntil("the push is projected", projected, 5_000);
    expect((await typed(drover, add)).out).toContain("cluster/eu-1 registered");

    const keys = await contentsOf(join(folder, ".drover/keys"));
    expect(keys.size).toBeGreaterThan(10);
    await first.server.stop(10_000);
    expect(first.server.hasEnded()).toBe("exited with status 0");
    await promisify(execFile)(process.execPath, [program, "bootstrap"], { cwd: folder, env, timeout: 60_000 });
    const second = await start(folder, env, "second");
    expect(second.printed).toBe(first.printed);
    expect(await contentsOf(join(folder, ".drover/keys"))).toEqual(keys);
    expect((await drover("get", "clusters", "-o", "name")).out).toBe("cluster/eu-1\n");
    expect(await projected()).toBeDefined();
  },
);

/** A line of the guide, without the remark behind it. */
const typed = (drover: DroverCli, line = ""): Promise<CliResult> => drover(...line.replace(/ +#.*/, "").split(" ").slice(1));

const bare = (): Readonly<Record<string, string>> => ({ PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" });

async function start(
  folder: string,
  env: Readonly<Record<string, string>>,
  name: string,
): Promise<{ readonly server: ServerProcess; readonly printed: string }> {
  const logFile = join(folder, `${name}.log`);
  const server = startServerProcess({
    name,
    file: process.execPath,
    args: [program, "server"],
    cwd: folder,
    env,
    logFile,
    stopSignal: "SIGTERM",
  });
  onTestFinished(() => server.stop(10_000));
  const printed = async (): Promise<string | undefined> => {
    if (server.hasEnded() !== undefined) throw new Error(server.lastWords());
    const lines = (await readFile(logFile, "utf8")).split("\n").filter((line) => !line.startsWith("{"));
    return lines.some((line) => line.includes("fleet repository:")) ? lines.join("\n") : undefined;
  };
  return { server, printed: await waitUntil("the server says where it is", printed, 60_000) };
}

async function pushFleet(clone: string, repository: string): Promise<void> {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  const git = (...args: string[]): Promise<unknown> => promisify(execFile)("git", args, { timeout: 30_000 });
  await git("clone", "--quiet", repository, clone);
  await mkdir(join(clone, "applications"));
  await writeFile(join(clone, "applications/web.yaml"), "source: { repository: https://git.example.com/web.git }\n");
  await git("-C", clone, "add", "--all");
  await git("-C", clone, ...identity, "commit", "--quiet", "--message", "add web");
  await git("-C", clone, "push", "--quiet", "origin", "HEAD:main");
}

async function contentsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).toSorted();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)));
}
