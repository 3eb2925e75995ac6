import { randomUUID } from "node:crypto";
import { DroverError } from "@drover/kit";
import { createLog } from "@drover/kit/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMemoryCluster, type MemoryCluster } from "../../adapters/memory/cluster.ts";
import { fingerprint } from "../../domain/fingerprint.ts";
import type { Inventory } from "../../domain/inventory.ts";
import { applicationFromInventory } from "../engine/application.ts";
import type { Kube, Resource } from "../kube.ts";
import { InventoryStore } from "./inventory-store.ts";
import { SecretRecords } from "./secret-records.ts";

let cluster: MemoryCluster;
beforeEach(async () => {
  cluster = createMemoryCluster({ name: "test" });
  await new SecretRecords(cluster.kube, "drover-system").prepare(signal);
});
afterEach(() => cluster.close());

const { signal } = new AbortController();
const secrets: Resource = { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true, verbs: [] };
const storeOn = (kube: Kube): InventoryStore =>
  new InventoryStore(new SecretRecords(kube, "drover-system"), createLog("agent", "silent"), signal);

/** Names that do not compress. */
const inventory = (objects: number, generation = 1): Inventory => ({
  application: "shop",
  project: "default",
  environment: "production",
  generation,
  bundle: "sha256:0",
  user: "",
  items: Array.from({ length: objects }, (_, i) => ({
    id: { group: "", kind: "ConfigMap", namespace: "shop", name: `${fingerprint(`a${i}`)}${fingerprint(`b${i}`)}`.toLowerCase() },
    version: "v1",
    applied: {
      uid: randomUUID(),
      desired: fingerprint(`d${i}`),
      fields: "{}",
      projection: fingerprint(`p${i}`),
      resourceVersion: String(i),
    },
  })),
});
const save = (store: InventoryStore, stored: Inventory): Promise<void> =>
  store.save(applicationFromInventory(stored, { user: "", kube: cluster.kube }));
const pieces = async (): Promise<readonly string[]> =>
  (await cluster.admin.list(secrets, { namespace: "drover-system" })).map(({ metadata }) => metadata.name).toSorted();

test("10,000 objects take two Secrets, and are read as they were stored", async () => {
  const stored = inventory(10_000);
  await save(storeOn(cluster.kube), stored);
  expect(await pieces()).toHaveLength(2);
  const next = storeOn(cluster.kube);
  expect(await next.loadAll(signal)).toEqual([stored]);
  await save(next, inventory(3, 2));
  expect(await pieces()).toEqual(["drover-inventory-shop"]);
  await next.remove(applicationFromInventory(stored, { user: "", kube: cluster.kube }));
  expect(await pieces()).toEqual([]);
});

test("a crash at any write leaves the inventory of before or of after, and the next start clears up", async () => {
  const [before, after] = [inventory(10_000, 1), inventory(10_000, 2)];
  await save(storeOn(cluster.kube), before);
  for (const survives of [0, 1, 2]) {
    let writes = 0;
    const dying: Kube = new Proxy(cluster.kube, {
      get: (target, name, receiver) => {
        const method = Reflect.get(target, name, receiver) as (...given: readonly unknown[]) => unknown;
        if (name !== "create" && name !== "replace" && name !== "delete") return method;
        return async (...given: readonly unknown[]) => {
          if (writes++ >= survives) throw new DroverError("unavailable", "KUBE_UNAVAILABLE", "cut");
          return method.call(target, ...given);
        };
      },
    });
    const store = storeOn(dying);
    await store.loadAll(signal);
    await save(store, after).catch(() => {});
    const found = await storeOn(cluster.kube).loadAll(signal);
    expect(found).toEqual([survives < 2 ? before : after]);
    expect(await pieces()).toHaveLength(2);
  }
});

test("a damaged inventory begins anew", async () => {
  await save(storeOn(cluster.kube), inventory(10_000));
  const [, piece = ""] = await pieces();
  await cluster.admin.delete({ resource: secrets, namespace: "drover-system", name: piece });
  const store = storeOn(cluster.kube);
  expect(await store.loadAll(signal)).toEqual([]);
  await save(store, inventory(1, 2));
  expect((await storeOn(cluster.kube).loadAll(signal))[0]?.generation).toBe(2);
});
