import { DroverError } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configMapRef, policy } from "../../../../test/support/fleet.ts";
import { createMemoryCluster, type MemoryCluster } from "../../../adapters/memory/cluster.ts";
import { syncOptionsOf } from "../../../domain/apply/sync-options.ts";
import type { Kube } from "../../kube.ts";
import { TerminatingNamespaces } from "../watch/terminating-namespaces.ts";
import { createIfAbsent } from "./create-if-absent.ts";
import type { Writing } from "./writing.ts";

let cluster: MemoryCluster;
beforeEach(() => {
  cluster = createMemoryCluster({ name: "test" });
});
afterEach(() => cluster.close());

const context = { signal: new AbortController().signal, terminating: new TerminatingNamespaces(systemClock) };
const ref = configMapRef("a", "default");
const writing = (kube: Kube, a = "1"): Writing => ({
  kube,
  ref,
  manifest: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "default" }, data: { a } },
  ignore: undefined,
  fieldManager: "drover/default",
  owner: "shop.abcdefgh",
  policy,
  options: syncOptionsOf([]),
});

test("makes what is not there, and leaves what is", async () => {
  expect(await createIfAbsent(writing(cluster.kube), context)).toMatchObject({ data: { a: "1" } });
  expect(await createIfAbsent(writing(cluster.kube, "2"), context)).toBeUndefined();
  expect((await cluster.admin.get(ref))?.["data"]).toEqual({ a: "1" });
});

test("a server that wants no version where nothing is, is asked first whether there is something", async () => {
  const refusing: Kube = {
    ...cluster.kube,
    apply: () => Promise.reject(new DroverError("invalid", "KUBE_INVALID", "resourceVersion should not be set on objects to be created")),
  };
  expect(await createIfAbsent(writing(refusing), context)).toBeUndefined();
});

test("any other refusal is the object's", async () => {
  const refusing: Kube = { ...cluster.kube, apply: () => Promise.reject(new DroverError("forbidden", "KUBE_FORBIDDEN", "no")) };
  await expect(createIfAbsent(writing(refusing), context)).rejects.toMatchObject({ code: "KUBE_FORBIDDEN" });
});
