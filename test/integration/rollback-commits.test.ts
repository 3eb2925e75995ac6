import { rename } from "node:fs/promises";
import type { Client } from "@drover/proto/rest";
import { expect, onTestFinished, test } from "vitest";
import { prepareControlPlane, type TestControlPlane } from "../support/control-plane.ts";
import { type Condition, startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const names = ["eu-1", "eu-2", "us-1", "us-2"];
const strategy = `waves:
  - { name: eu, clusterSelector: { matchLabels: { wave: wave-0 } } }
  - { name: us, clusterSelector: { matchLabels: { wave: wave-1 } } }
maxConcurrency: 2
degradedGracePeriod: 1s
onFailure: Rollback
`;
const well: Condition = { sync: "Synced", health: "Healthy", failing: [] };
const crashing: Condition = { ...well, health: "Degraded" };

async function startFleet(world: TestControlPlane) {
  const web = await pushSmallFleet(world, names);
  await world.fleet.push({ "strategies/in-waves.yaml": strategy }, "take back what fails");
  const replica = await world.start({ DROVER_SOURCE_POLL: "10s" });
  const api = replica.client();
  await waitUntil("the fleet is projected", async () => (await api("listClusters", {})).items.length === names.length);
  const bad = new Set<string>();
  for (const name of names) {
    const condition = ({ revision }: { readonly revision: string }): Condition => (bad.has(`${name} ${revision}`) ? crashing : well);
    onTestFinished((await startSimulatedAgent(world, replica, api, name, { condition })).stop);
  }
  return { web, api, bad };
}

const phaseOf = async (api: Client, rollout: string) => (await api("getRollout", { params: { rollout } })).phase;

const runs = async (api: Client) =>
  Object.fromEntries(
    await Promise.all(
      names.map(async (name) => {
        const { items } = await api("listClusterApplications", { params: { cluster: name } });
        return [name, items[0]?.assignment.revision] as const;
      }),
    ),
  );

test("while the repository is away the rollback completes; its commit follows, and the next projection changes nothing", async () => {
  const world = await prepareControlPlane();
  onTestFinished(world.stop);
  const { web, api, bad } = await startFleet(world);
  const v1 = await web.push(webFiles("v1"));
  await untilCompleted(api, (await promote(api, v1)).id);
  const v2 = await web.push(webFiles("v2"));
  bad.add(`us-1 ${v2}`);

  const folder = world.git.host.folderOf("fleet");
  const { id } = await promote(api, v2);
  await rename(folder, `${folder}.away`);
  await waitUntil("the rollout is rolled back", async () => (await phaseOf(api, id)) === "RolledBack", 20_000);
  expect(new Set(Object.values(await runs(api)))).toEqual(new Set([v1]));
  await waitUntil(
    "the commit was tried",
    async () => {
      const { rows } = await world.database.query({ text: "select 1 from quarantines where problem is not null" });
      return rows.length === 1;
    },
    20_000,
  );
  await expect(
    api("createPromotion", { body: { application: "web", environment: "production", revision: v2, reason: "once more" } }),
  ).rejects.toMatchObject({
    code: "REVISION_QUARANTINED",
  });

  await rename(`${folder}.away`, folder);
  await waitUntil(
    "the quarantine is committed",
    async () => {
      const { rows } = await world.database.query({ text: "select 1 from quarantines where state = 'Committed'" });
      return rows.length === 1;
    },
    30_000,
  );
  await world.fleet.pull();
  const files = await world.fleet.git("show", "--stat=200", "--format=%s%n%(trailers)", "HEAD");
  expect(files).toContain("pins/production/web.yaml");
  expect(files).toContain("quarantines/web.yaml");
  expect(files).toContain("Drover-Kind: Rollback");
  expect(await world.fleet.git("show", "HEAD:pins/production/web.yaml")).toContain(`revision: ${v1}`);
  expect(await world.fleet.git("show", "HEAD:quarantines/web.yaml")).toContain(`revision: ${v2}`);

  const before = await world.database.query({ text: "select cluster_id, generation from assignments order by 1" });
  await world.fleet.push({ "README.md": "hello\n" }, "something else");
  await waitUntil(
    "it is projected",
    async () => {
      const { rows } = await world.database.query({ text: "select message from fleet_commits order by position desc limit 1" });
      return (rows[0] as { message: string }).message.startsWith("something else");
    },
    20_000,
  );
  await waitUntil("the placement wants what is there", async () => {
    const { rows } = await world.database.query({ text: "select 1 from placements where problem is null and revision = $1", values: [v1] });
    return rows.length === 1;
  });
  expect((await world.database.query({ text: "select cluster_id, generation from assignments order by 1" })).rows).toEqual(before.rows);
  const { items } = await api("listRollouts", { query: {} });
  expect(items.map(({ phase }) => phase)).toEqual(["Completed", "RolledBack", "Completed"]);
}, 90_000);
