import { expect, onTestFinished, test } from "vitest";
import { createMemoryCluster } from "../../adapters/memory/cluster.ts";
import type { Kube } from "../kube.ts";
import { BundleStore } from "./bundle-store.ts";
import { SecretRecords } from "./secret-records.ts";

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

test("storing one application's bundle reads nobody else's", async () => {
  const cluster = createMemoryCluster({ name: "test", podStartMs: 20 });
  onTestFinished(() => cluster.close());
  let read = 0;
  const list: Kube["list"] = async (...asked) => {
    const found = await cluster.kube.list(...asked);
    read += found.items.length;
    return found;
  };
  const store = new BundleStore(new SecretRecords({ ...cluster.kube, list }, "default"));
  const { signal } = new AbortController();
  const save = (application: string, sha256: string): Promise<void> =>
    store.save(application, { sha256 } as Parameters<BundleStore["save"]>[1], Buffer.from(application), signal);
  for (const other of ["blog", "mail", "shop-admin"]) await save(other, digest("a"));
  for (const version of ["b", "c", "d", "e"]) await save("shop", digest(version));
  expect(read).toBe(0 + 1 + 2 + 3);
  await store.forget("shop", signal);
  expect(await store.load("shop", digest("e"), signal)).toBeUndefined();
  expect(await store.load("blog", digest("a"), signal)).toEqual(Buffer.from("blog"));
});
