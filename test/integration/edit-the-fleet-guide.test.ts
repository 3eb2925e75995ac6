import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Client } from "@drover/proto/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { type DroverCli, droverCli } from "../support/drover-cli.ts";
import { readGuide } from "../support/guide-reader.ts";
import { waitUntil } from "../support/wait-until.ts";

let world: TestControlPlane;
let api: Client;
let drover: DroverCli;
const { files, run, unused } = readGuide("edit-the-fleet.md", () => drover);

beforeAll(async () => {
  world = await prepareControlPlane();
  await world.fleet.push({
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "environments/production.yaml": "# ours\nclusterSelector: { matchLabels: { tier: production } }\n",
    "clusters/eu-1.yaml": `id: ${"a".repeat(26)}\nlabels: { tier: production }\n`,
  });
  const replica = await world.start();
  api = replica.client();
  const here = join(world.folder, "here");
  for (const [path, text] of files) {
    await mkdir(dirname(join(here, path)), { recursive: true });
    await writeFile(join(here, path), text);
  }
  const editor = join(world.folder, "editor.sh");
  await writeFile(editor, '#!/bin/sh\necho "strategy: careful" >> "$1"\n');
  await chmod(editor, 0o755);
  const server = { DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile };
  drover = droverCli({ ...server, EDITOR: editor }, here);
  await waitUntil("the fleet is projected", async () => (await api("listEnvironments")).items.length === 1, 20_000);
}, 120_000);
afterAll(() => world.stop());

test("a reader of the guide applies, edits and deletes, as the guide says", async () => {
  const differs = await drover("diff", "-f", "new/strategies/careful.yaml");
  expect(differs).toMatchObject({ status: 1, out: expect.stringContaining("+maxFailures: 1\n") as string });
  expect((await run('drover apply -f new/strategies/careful.yaml --reason "canary first"')).out).toBe("strategy/careful created\n");
  await run("drover diff -f new/strategies/careful.yaml"); // by now nothing differs
  expect((await run("drover apply -f new/holidays.yaml")).out).toBe("freeze/holidays created\nfreeze/stocktaking created\n");
  expect((await run("drover apply -f new --dry-run=server")).out).toContain("strategy/careful unchanged (server dry run)\n");
  expect((await run("drover edit environment/production")).out).toBe("environment/production configured\n");
  expect((await run("drover delete freeze/stocktaking --yes")).out).toBe("freeze/stocktaking deleted\n");
  expect(unused()).toEqual([]);
  expect((await api("listFreezes")).items.map(({ name }) => name)).toEqual(["holidays"]);
  await world.fleet.pull();
  expect(await world.fleet.git("show", "HEAD:environments/production.yaml")).toBe(
    "# ours\nclusterSelector: { matchLabels: { tier: production } }\nstrategy: careful",
  );
});
