import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { prepareControlPlane } from "../support/control-plane.ts";
import { droverCli } from "../support/drover-cli.ts";
import { startSimulatedAgent } from "../support/simulated-agent.ts";
import { promote, pushSmallFleet, untilCompleted, webFiles } from "../support/small-fleet.ts";
import { waitUntil } from "../support/wait-until.ts";

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

test("history, outliers, a rollout's timeline and a plan, as the command line shows them", async () => {
  const world = await prepareControlPlane();
  stops.push(world.stop);
  const web = await pushSmallFleet(world, ["eu-1", "eu-2"]);
  const first = await web.push(webFiles("1"));
  const replica = await world.start();
  const api = replica.client();
  await waitUntil("clusters are there", async () => (await api("listClusters", { query: {} })).items.length === 2);
  for (const name of ["eu-1", "eu-2"]) stops.push((await startSimulatedAgent(world, replica, api, name)).stop);
  const began = await promote(api, first);
  await untilCompleted(api, began.id);
  const proven = new Date().toISOString();
  const second = await web.push(webFiles("2"));
  const next = await promote(api, second);
  await untilCompleted(api, next.id);

  const drover = droverCli({ DROVER_CONFIG: join(world.folder, "cli", "config") });
  await drover("config", "set-context", "test", "--server", replica.apiUrl, "--token-file", world.tokenFile, "--ca-file", world.caFile);
  const then = await drover("history", "web", "--at", proven);
  expect(then.out).toMatch(
    new RegExp(`eu-1 +web +production +web-1 +${first.slice(0, 7)} +Active +\\S+ +yes\neu-2 .*${first.slice(0, 7)}`),
  );
  expect((await drover("history", "--cluster", "eu-2")).out).toMatch(new RegExp(`SINCE.*\neu-2 .*web-2 +${second.slice(0, 7)}`));
  expect(await drover("history", "--at", "2h")).toMatchObject({ status: 1, said: expect.stringContaining("records begin at") as string });
  expect(await drover("history", "--at", "2199-01-01T00:00:00Z")).toMatchObject({
    said: expect.stringContaining("has not come yet") as string,
  });
  const outliers = await drover("history", "outliers", "web", "--environment", "production");
  expect(outliers).toMatchObject({ said: expect.stringContaining("All 2 clusters run the same") as string });
  const timeline = await drover("rollout", "timeline", "web", "--environment", "production");
  const told = timeline.out.split("\n").map((line) => line.replace(/^\S+ +/, "").replace(/ {2,}/g, "  "));
  expect(told.map((line) => line.split("  ")[0])).toEqual(expect.arrayContaining(["WHAT", "Promotion", "Rollout", "Clusters"]) as string[]);
  expect(timeline.out).toMatch(
    /it was asked for: test[\s\S]*the rollout was created[\s\S]*given the release[\s\S]*every cluster that counts succeeded/,
  );

  const third = await web.push(webFiles("3"));
  const plan = await drover("rollout", "plan", "web", "--environment", "production", "--revision", "main");
  expect(plan.out).toContain(`web in production at ${third.slice(0, 7)}\n`);
  expect(plan.out).toContain("c1  2 clusters: ConfigMap default/settings changed\n");
  expect(plan.out).toMatch(/eu-1 +wave-0 +Dispatch +c1 +<none>\neu-2 +wave-0 +Wait +c1 +wave wave-0: 1 of at most 1 in flight/);
  expect((await api("listReleases", { query: { application: "web" } })).items.map(({ name }) => name)).toEqual(["web-2", "web-1"]);
});
