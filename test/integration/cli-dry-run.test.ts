import { afterAll, beforeAll, expect, test } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { prepareControlPlane, type Replica, type TestControlPlane } from "../support/control-plane.ts";
import type { DroverCli } from "../support/drover-cli.ts";
import { pushSmallFleet } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

// Whatever changes the fleet can be tried first, and then has changed nothing.

let world: TestControlPlane;
let replica: Replica;
let drover: DroverCli;

beforeAll(async () => {
  world = await prepareControlPlane();
  await pushSmallFleet(world, ["eu-1", "us-1"]);
  await world.fleet.push({ "freezes/launch.yaml": "reason: the launch of the shop\n" });
  replica = await world.start();
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listFreezes")).items.length === 1, 30_000);
  drover = commandLine({ DROVER_SERVER: replica.apiUrl, DROVER_TOKEN_FILE: world.tokenFile, DROVER_CA_FILE: world.caFile });
});
afterAll(() => world.stop());

/** All that the commands below could change. */
async function fleetNow(): Promise<unknown> {
  const api = replica.client();
  const [clusters, freezes, removals, { items: audit }] = await Promise.all([
    api("listClusters"),
    api("listFreezes"),
    api("listRemovals"),
    api("listAudit", { query: { pageSize: 1 } }),
  ]);
  return { clusters, freezes, removals, audit: audit.map(({ id }) => id) };
}

test.each([
  { args: ["freeze", "holidays", "-m", "rest"], says: "freeze/holidays begun" },
  { args: ["freeze", "end", "launch", "-m", "it is over"], says: "freeze/launch ended" },
  { args: ["cluster", "add", "ap-1", "-l", "region=ap"], says: "cluster/ap-1 registered" },
  { args: ["cluster", "revoke", "eu-1", "-m", "stolen"], says: "cluster/eu-1 Revoked" },
  { args: ["cluster", "remove", "us-1", "--delete", "-m", "too far"], says: "cluster/us-1 is being removed (Delete)" },
  { args: ["application", "remove", "web", "--orphan", "-m", "retired"], says: "web" },
])("$args, tried first", async ({ args, says }) => {
  const before = await fleetNow();
  const { status, out, said } = await drover(...args, "--dry-run=server");
  expect({ status, out, said }).toMatchObject({ status: 0, out: expect.stringContaining(says) });
  expect(out).toMatch(/\(server dry run\)\n$/);
  expect(await fleetNow()).toEqual(before);

  const checked = await drover(...args, "--dry-run=client", "--server", "https://127.0.0.1:1");
  expect(checked).toMatchObject({ status: 0, out: expect.stringMatching(/ is understood \(client dry run\)\n$/) });
});

test.each([{ how: ["--dry-run=server"] }, { how: [] }])("a freeze of a place that is not there says so, with $how", async ({ how }) => {
  const begun = await drover("freeze", "holidays", "-e", "produktion", "-m", "rest", ...how);
  expect(begun).toMatchObject({ status: 0, said: expect.stringContaining('there is no environment "produktion"') });
});

test("what would be refused is refused, with the reason", async () => {
  const refused = await drover("freeze", "end", "nothing", "-m", "x", "--dry-run=server");
  expect(refused).toMatchObject({ status: 1, said: expect.stringContaining("FREEZE_NOT_FOUND") });
});
