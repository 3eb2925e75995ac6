import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import packageJson from "../../cli/package.json" with { type: "json" };

const run = promisify(execFile);
const cli = fileURLToPath(new URL("../../cli/", import.meta.url));

test("the command line is one file that runs wherever Node is", async () => {
  await run(process.execPath, [join(cli, "bundle.ts")]);
  const folder = await mkdtemp(join(tmpdir(), "drover-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const program = join(folder, "drover");
  await copyFile(join(cli, "dist/drover.mjs"), program);
  const env = { PATH: dirname(process.execPath), HOME: folder };
  expect((await run(program, ["version", "--client"], { env })).stdout).toBe(`client ${packageJson.version}\n`);
  await expect(run(program, ["get", "clusters"], { env })).rejects.toMatchObject({ stderr: expect.stringContaining("context") });
});
