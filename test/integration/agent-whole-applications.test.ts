import { type JsonObject, memberAt, parseJson } from "@drover/kit";
import { expect, test } from "vitest";
import { type FaultyWorld, agentWorld } from "../support/agent-on-kubernetes.ts";
import { guestbook } from "../support/applications/guestbook.ts";
import { renderedChart } from "../support/applications/helm-chart.ts";
import { operator, operatorObjects } from "../support/applications/operator.ts";
import { waitUntil } from "../support/index.ts";

/** The controllers of a cluster without machines make at most twenty ReplicaSets a second. */
const deadlineMs = 50_000;

/** What the agent wrote in the applications' namespace or in none, by the kinds it wrote. */
const written = ({ proxy, agentNamespace }: FaultyWorld, since: number): readonly string[] =>
  proxy.requests
    .slice(since)
    .filter(
      ({ verb, namespace, resource }) =>
        ["apply", "create", "delete", "update", "patch"].includes(verb) && namespace !== agentNamespace && resource !== "events",
    )
    .map(({ verb, resource, name }) => `${verb} ${resource}/${name}`);

async function deploy(world: FaultyWorld, objects: readonly JsonObject[]): Promise<void> {
  world.assign(objects);
  await world.settled({}, deadlineMs);
}

const present = async (world: FaultyWorld, kinds: string): Promise<number> =>
  ((parseJson(await world.kubectl("get", kinds, "-l", "drover.dev/owner", "-o", "json")) as JsonObject)["items"] as readonly unknown[])
    .length;

test("a guestbook of a hundred objects deploys, heals and upgrades", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  await deploy(world, guestbook("1"));
  const kinds = "serviceaccount,configmap,deployment,service,hpa,pdb,networkpolicy,ingress";
  expect(await present(world, kinds)).toBe(112);

  await world.kubectl("delete", "service,ingress,configmap,hpa", "-l", "app=guestbook-3", "--wait=false");
  await world.kubectl("set", "image", "deployment/guestbook-4", "web=example.com/guestbook:by-hand");
  await waitUntil("all are back", async () => (await present(world, kinds)) === 112, deadlineMs);
  await world.settled({}, deadlineMs);

  const since = world.proxy.requests.length;
  await deploy(world, guestbook("2"));
  const expected = Array.from({ length: 14 }, (_, index) => [
    `apply configmaps/guestbook-${index}`,
    `apply deployments/guestbook-${index}`,
  ]);
  expect([...written(world, since)].sort()).toEqual(expected.flat().sort());
  expect(await world.kubectl("get", "deployment", "guestbook-7", "-o", "jsonpath={.spec.template.spec.containers[0].image}")).toBe(
    "example.com/guestbook:2",
  );
});

test("an operator with large definitions and a hundred resources deploys at the first try, heals and upgrades", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  const { group, namespace } = world;
  world.assign(operator(group, namespace, "1"));
  const status = await world.settled({}, deadlineMs);
  expect(status).toMatchObject({ objects: operatorObjects, failing: [] });
  const kinds = ["databases", "backups", "replicas", "users", "pools"].map((plural) => `${plural}.${group}`).join(",");
  expect(await present(world, kinds)).toBe(100);

  await world.kubectl("delete", `databases.${group}`, "database-3", "--wait=false");
  await world.kubectl("patch", `users.${group}`, "user-5", "--type=merge", "-p", '{"spec":{"setting1":"by hand"}}');
  await waitUntil("both are as git says", async () => {
    const user = parseJson(await world.kubectl("get", `users.${group}`, "user-5", "-o", "json"));
    return memberAt(user, "spec", "setting1") === "one" && (await present(world, kinds)) === 100;
  });

  await deploy(world, operator(group, namespace, "2"));
  expect(await world.kubectl("get", `pools.${group}`, "pool-19", "-o", "jsonpath={.spec.addedField}")).toBe("new");
});

test("a chart that Helm rendered deploys with its hooks, heals and upgrades", async () => {
  const world = await agentWorld({ proxy: true });
  await world.startAgent();
  const first = await renderedChart(world.namespace, "1");
  expect(first).toHaveLength(112);
  await deploy(world, first);
  expect(await world.kubectl("get", "job", "parcels-migrate", "-o", "jsonpath={.status.succeeded}")).toBe("1");
  expect(await world.kubectl("get", "job", "parcels-announce", "--ignore-not-found")).toBe("");
  const hooksOfFirst = await world.kubectl("get", "job", "parcels-migrate", "-o", "jsonpath={.metadata.uid}");

  await world.kubectl("delete", "secret,service", "parcels-north-orders", "--wait=false");
  const healed = async (): Promise<boolean> => (await world.kubectl("get", "secret", "parcels-north-orders", "--ignore-not-found")) !== "";
  await waitUntil("the Secret is back", healed);
  expect(await world.kubectl("get", "job", "parcels-migrate", "-o", "jsonpath={.metadata.uid}")).toBe(hooksOfFirst); // healing runs no hook

  const since = world.proxy.requests.length;
  await deploy(world, await renderedChart(world.namespace, "2"));
  const kinds = new Set(written(world, since).map((line) => line.split("/")[0]));
  expect(kinds).toEqual(new Set(["delete jobs", "create jobs", "apply configmaps", "apply deployments"]));
  expect(await world.kubectl("get", "job", "parcels-migrate", "-o", "jsonpath={.spec.template.spec.containers[0].image}")).toBe(
    "example.com/migrate:2",
  );
});
