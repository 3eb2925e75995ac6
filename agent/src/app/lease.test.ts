import { DroverError } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import { expect, onTestFinished, test } from "vitest";
import { silentLog } from "../../test/support/control-plane.ts";
import { createMemoryCluster } from "../adapters/memory/cluster.ts";
import type { Kube } from "./kube.ts";
import { acquireLease, type Lease, leaseRef } from "./lease.ts";

const lease = leaseRef("default");

function world() {
  const cluster = createMemoryCluster({ name: "test", podStartMs: 20 });
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
    cluster.close();
  });
  const acquire = (identity: string, kube: Kube = cluster.kube): Promise<Lease> =>
    acquireLease({ kube, clock: systemClock, log: silentLog, namespace: "default", identity }, stop.signal);
  const holder = async (): Promise<unknown> => (await cluster.admin.get(lease))?.["spec"];
  return { cluster, signal: stop.signal, acquire, holder };
}

test("who learns that another process has the Lease writes nothing from then on", async () => {
  const { cluster, signal, acquire } = world();
  const first = await acquire("agent-a");
  await cluster.admin.delete(lease);
  await acquire("agent-b");
  expect(await first.keep(signal, () => {})).toBe("taken");
  expect(() => first.check()).toThrow("another agent has taken");
}, 15_000);

test("a deleted Lease is never taken back from who was faster", async () => {
  const { cluster, signal, acquire, holder } = world();
  const cut = Promise.withResolvers<void>();
  let [isFirst, isCut] = [true, false];
  const create: Kube["create"] = async (ref, object, within) => {
    if (isFirst) return cluster.kube.create(ref, object, within).finally(() => (isFirst = false));
    if (isCut) return cluster.kube.create(ref, object, within);
    isCut = true;
    cut.resolve();
    throw new DroverError("unavailable", "KUBE_UNAVAILABLE", "the connection failed");
  };
  const kept = (await acquire("agent-a", { ...cluster.kube, create })).keep(signal, () => {});
  await cluster.admin.delete(lease);
  await cut.promise;
  await acquire("agent-b");
  expect(await kept).toBe("taken");
  expect(await holder()).toMatchObject({ holderIdentity: "agent-b" });
}, 15_000);

test("a renewal that the end cuts off does not keep the Lease from the next process", async () => {
  const { cluster, acquire, holder } = world();
  const stop = new AbortController();
  const replace: Kube["replace"] = async (ref, object, within) => {
    const written = await cluster.kube.replace(ref, object, within);
    if (stop.signal.aborted) return written;
    stop.abort();
    throw new DroverError("unavailable", "KUBE_UNAVAILABLE", "its answer was not waited for");
  };
  const lease = await acquire("agent-a", { ...cluster.kube, replace });
  expect(await lease.keep(stop.signal, () => {})).toBe("stopped");
  expect(await holder()).toMatchObject({ holderIdentity: "" });
}, 15_000);
