import { memberAt } from "@drover/kit";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { KubeObject, WatchEvent } from "../kube.ts";
import type { Bench } from "./bench.ts";
import { configMap } from "./objects.ts";
import { customKind, errorOf, eventsFrom, eventually } from "./waits.ts";

export function viewContract({ kube, bookmarking, forgetHistory, run, kind, ref, namespace, apply, signal }: Bench): void {
  describe("lists", () => {
    test("are complete beyond a page, filtered by labels, of one resource version", async () => {
      const space = await namespace();
      const labels = { "drover.dev/owner": "shop" };
      const make = (n: number): Promise<KubeObject> =>
        apply(ref("ConfigMap", space, `many-${n}`), {
          ...configMap(`many-${n}`, {}),
          metadata: { name: `many-${n}`, ...(n % 2 === 0 ? { labels } : {}) },
        });
      for (let from = 0; from < 1010; from += 10) await Promise.all(Array.from({ length: 10 }, (_, offset) => make(from + offset)));
      const all = await kube.list(kind("ConfigMap"), { namespace: space, labelSelector: "drover.dev/owner" }, signal);
      expect(all.items).toHaveLength(505);
      expect(new Set(all.items.map((item) => item.metadata.name)).size).toBe(505);
      expect(all.items[0]).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
      const selected = async (labelSelector: string): Promise<number> =>
        (await kube.list(kind("ConfigMap"), { namespace: space, labelSelector }, signal)).items.filter((item) =>
          item.metadata.name.startsWith("many-"),
        ).length;
      expect(await selected("drover.dev/owner=shop")).toBe(505);
      expect(await selected("drover.dev/owner in (shop,other)")).toBe(505);
      expect(await selected("drover.dev/owner!=shop")).toBe(505);
      expect(await selected("!drover.dev/owner")).toBe(505);
      expect(await selected("drover.dev/owner=shop,drover.dev/owner notin (shop)")).toBe(0);
      const late = apply(ref("ConfigMap", space, "late"), { ...configMap("late", {}), metadata: { name: "late", labels } });
      const [event] = await eventsFrom(kube, kind("ConfigMap"), space, all.resourceVersion, 1);
      expect(event).toMatchObject({ type: "ADDED", object: { metadata: { name: "late" } } });
      await late;
    });

    test("refuse a selector that is none", async () => {
      expect(await errorOf(kube.list(kind("ConfigMap"), { labelSelector: "a=b=c" }, signal))).toMatchObject({ code: "KUBE_INVALID" });
    });
  });

  describe("watches", () => {
    test("show every change after a resource version, in order", async () => {
      const space = await namespace();
      const { resourceVersion } = await kube.list(kind("ConfigMap"), { namespace: space, labelSelector: "a" }, signal);
      const target = ref("ConfigMap", space, "a");
      const labelled = (value: string): KubeObject => ({ ...configMap("a", { n: value }), metadata: { name: "a", labels: { a: value } } });
      await apply(target, labelled("1"));
      const { metadata } = await apply(target, labelled("2"));
      const events = eventsFrom(kube, kind("ConfigMap"), space, resourceVersion, 3, "a");
      await kube.delete(target, { uid: String(metadata["uid"]) }, signal);
      const seen = await events;
      expect(seen.map((event) => [event.type, memberAt(event.object, "data", "n")])).toEqual([
        ["ADDED", "1"],
        ["MODIFIED", "2"],
        ["DELETED", "2"],
      ]);
      const versions = seen.map((event) => BigInt(String(event.object.metadata["resourceVersion"])));
      expect(versions).toEqual(versions.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(new Set(versions).size).toBe(3);
    });

    test("show an object that enters or leaves the selection as added or deleted", async () => {
      const space = await namespace();
      const target = ref("ConfigMap", space, "a");
      const { metadata } = await apply(target, configMap("a", {}));
      const events = eventsFrom(kube, kind("ConfigMap"), space, String(metadata["resourceVersion"]), 2, "mine=yes");
      await apply(target, { ...configMap("a", {}), metadata: { name: "a", labels: { mine: "yes" } } });
      await apply(target, configMap("a", {}));
      expect((await events).map((event) => event.type)).toEqual(["ADDED", "DELETED"]);
    });

    test("bring bookmarks, which count the changes that the watcher does not see", async () => {
      const [quiet, busy] = [await namespace(), await namespace()];
      const { resourceVersion } = await kube.list(kind("ConfigMap"), { namespace: quiet }, signal);
      const stop = new AbortController();
      const changes = changeUntil(stop.signal, (n) => apply(ref("ConfigMap", busy, "a"), configMap("a", { n: String(n) })));
      try {
        const seen = await firstBookmark(
          bookmarking.watch(kind("ConfigMap"), { namespace: quiet, labelSelector: "mine" }, resourceVersion, signal),
        );
        expect(BigInt(seen)).toBeGreaterThan(BigInt(resourceVersion));
      } finally {
        stop.abort();
        await changes;
      }
    });

    test("end quietly when they are aborted", async () => {
      const stop = new AbortController();
      const { resourceVersion } = await kube.list(kind("ConfigMap"), {}, signal);
      setTimeout(() => stop.abort(), 50);
      for await (const event of kube.watch(kind("ConfigMap"), { namespace: "no-such-namespace" }, resourceVersion, stop.signal))
        expect(event).toBeUndefined();
      expect(stop.signal.aborted).toBe(true);
    });

    test("refuse a resource version that is too old", async () => {
      const widget = await customKind(kube, `old${run}`, signal);
      await forgetHistory();
      // A kind that was just defined is throttled until the server has read it in.
      await eventually(async () =>
        expect(await errorOf(eventsFrom(kube, widget, undefined, "1", 1))).toMatchObject({ kind: "stale", code: "KUBE_GONE" }),
      );
    });
  });
}

async function firstBookmark(events: AsyncIterable<WatchEvent>): Promise<string> {
  for await (const event of events) if (event.type === "BOOKMARK") return event.resourceVersion;
  throw new Error("the watch ended without a bookmark");
}

/** A server sends bookmarks to a watch during which its kind changed. */
async function changeUntil(signal: AbortSignal, change: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; !signal.aborted; n += 1) {
    await change(n);
    await sleep(100);
  }
}
