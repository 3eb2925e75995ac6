import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheFolder } from "./candidates.ts";
import { findProgram, locate } from "./locate.ts";
import { programNamed } from "./programs.ts";

let home: string;
beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), "drover-locate-"))));
afterEach(() => rm(home, { recursive: true, force: true }));

const nats = programNamed("nats-server");
const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ HOME: home, PATH: "/usr/bin:/bin", ...more });

async function script(file: string, ...lines: readonly string[]): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, ["#!/bin/sh", ...lines, ""].join("\n"));
  await chmod(file, 0o755);
  return file;
}

test("a program on PATH is taken when its version is the pinned one", async () => {
  const wanted = await script(join(home, "new", "nats-server"), "echo nats-server: v2.15.2");
  await script(join(home, "old", "nats-server"), "echo nats-server: v2.9.10");
  const { candidate, skipped } = await findProgram(nats, env({ PATH: `${home}/old:${home}/new` }));
  expect(candidate).toEqual({ origin: "PATH", file: wanted });
  expect(skipped).toEqual([`${home}/old/nats-server is 2.9.10`]);
});

test("a program that fails to say its version is passed over for the cache", async () => {
  await script(join(home, "bin", "nats-server"), "exit 1");
  const cached = await script(join(cacheFolder(nats, env()), "nats-server"), "echo never asked");
  const { candidate } = await findProgram(nats, env({ PATH: `${home}/bin` }));
  expect(candidate).toEqual({ origin: "cache", file: cached });
});

test("a program named by its variable is taken whatever its version", async () => {
  const own = await script(join(home, "nats-server"), "echo nats-server: v2.99.0");
  expect(await locate("nats-server", { env: env({ DROVER_NATS_SERVER: own }) })).toBe(own);
});

test("a variable that names no program is an error, not a reason to look elsewhere", async () => {
  const located = locate("nats-server", { env: env({ DROVER_NATS_SERVER: join(home, "absent") }) });
  await expect(located).rejects.toMatchObject({
    code: "PROGRAM_MISSING",
    message: expect.stringContaining("DROVER_NATS_SERVER names") as unknown,
  });
});

test("without the program and without Go the message says what is needed, what for and how to get it", async () => {
  const located = locate("nats-server", { env: env({ PATH: join(home, "nothing") }), progress: () => undefined });
  await expect(located).rejects.toMatchObject({ kind: "not-found", code: "PROGRAM_MISSING" });
  await expect(located).rejects.toThrow(
    /nats-server 2\.15\.2 .* needed for the embedded message bus.*install Go 1\.26.*PATH.*DROVER_NATS_SERVER/,
  );
});

test("two that miss the same program share one build", async () => {
  const log = join(home, "builds");
  // Stands for the compiler: says that it ran, takes its time, writes what comes after -o.
  const output = 'while [ "$1" != -o ]; do shift; done; echo "#!/bin/sh" > "$2"; chmod +x "$2"';
  await script(join(home, "bin", "go"), `echo run >> ${log}`, "sleep 0.3", output);
  const options = { env: env({ PATH: `${home}/bin:/usr/bin:/bin` }), progress: () => undefined };
  const files = await Promise.all([locate("nats-server", options), locate("nats-server", options)]);
  expect(new Set(files)).toEqual(new Set([join(cacheFolder(nats, options.env), "nats-server")]));
  expect(await readdir(cacheFolder(nats, options.env))).toEqual(["nats-server"]);
  expect(await readFile(log, "utf8")).toBe("run\n");
});

test("a failed build leaves nothing behind and shows the compiler's words", async () => {
  await script(join(home, "bin", "go"), "echo go: downloading example.com/x v1.0.0 >&2", "echo go.mod requires go 1.26 >&2", "exit 1");
  const options = { env: env({ PATH: `${home}/bin:/usr/bin:/bin` }), progress: () => undefined };
  await expect(locate("nats-server", options)).rejects.toMatchObject({
    code: "PROGRAM_BUILD_FAILED",
    message: expect.stringMatching(/failed\. Its last lines:\ngo\.mod requires go 1\.26$/) as unknown,
  });
  expect(await readdir(cacheFolder(nats, options.env))).toEqual([]);
});
