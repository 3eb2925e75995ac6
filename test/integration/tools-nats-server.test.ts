import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, natsServerVariants, programs, startNatsServer } from "@drover/tools";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "drover-nats-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function configFile(content: string): Promise<string> {
  const file = join(folder, "nats.conf");
  await writeFile(file, content);
  return file;
}

/** The version in the first line that a server sends to whoever connects. */
const versionAt = (url: string): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.once("error", reject);
    socket.once("data", (info: Buffer) => {
      socket.destroy();
      resolve(/"version":"([^"]+)"/.exec(info.toString())?.[1]);
    });
  });

test.each(natsServerVariants)("%s accepts clients as soon as it is started, and again after a kill", async (program) => {
  const port = await freePort();
  const options = { configFile: await configFile(`listen: "127.0.0.1:${port}"`), dataDir: join(folder, "data"), program };
  const pinned = programs.find(({ name }) => name === program)?.version;
  const first = await startNatsServer(options);
  expect(await versionAt(first.url)).toBe(pinned);
  await first.kill();
  await expect(versionAt(first.url)).rejects.toThrow("ECONNREFUSED");
  const second = await startNatsServer(options);
  expect(second.url).toBe(`nats://127.0.0.1:${port}`);
  expect(await versionAt(second.url)).toBe(pinned);
  await second.stop();
});

test("a changed configuration is read on reload", async () => {
  const server = await startNatsServer({ configFile: await configFile('listen: "127.0.0.1:-1"'), dataDir: join(folder, "data") });
  await configFile('listen: "127.0.0.1:-1"\nmax_payload: 4096');
  server.reload();
  await expect.poll(() => readFile(server.logFile, "utf8"), { timeout: 10_000 }).toContain("Reloaded server configuration");
  await server.stop();
});

test("a server that refuses its configuration says why", async () => {
  const started = startNatsServer({ configFile: await configFile("no_such_key: 1"), dataDir: join(folder, "data") });
  await expect(started).rejects.toMatchObject({
    code: "NATS_SERVER_NOT_STARTED",
    message: expect.stringContaining("no_such_key") as unknown,
  });
});
