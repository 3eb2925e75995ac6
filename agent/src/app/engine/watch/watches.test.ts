import { DroverError } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import { expect, onTestFinished, test } from "vitest";
import { silentLog } from "../../../../test/support/control-plane.ts";
import type { Kube } from "../../kube.ts";
import { Watches } from "./watches.ts";

const widgets = { group: "example.com", version: "v1", kind: "Widget", plural: "widgets", namespaced: false, verbs: [] };

/** A user who may not list what is asked for. `attempts` counts the lists. */
function forbidden() {
  const counted = { attempts: 0 };
  const list = async (): Promise<never> => {
    counted.attempts += 1;
    throw new DroverError("forbidden", "KUBE_FORBIDDEN", "list widgets: forbidden");
  };
  return { counted, access: { user: "nobody", kube: { list } as unknown as Kube } };
}

/** Watches that try again as late as they may. */
function watchesOf(): Watches {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const sink = { listed: () => {}, changed: () => {}, deleted: () => {} };
  return new Watches({ clock: systemClock, random: () => 0.999, log: silentLog, labelSelector: "a", sink }, stop.signal);
}

test("a run learns at once that a kind still cannot be listed", async () => {
  const watches = watchesOf();
  const { counted, access } = forbidden();
  await expect(watches.ensure(access, widgets, undefined)).rejects.toThrow("forbidden");
  await expect.poll(() => counted.attempts, { timeout: 10_000 }).toBe(3);
  // Its own next attempt is four seconds away.
  const askedAt = performance.now();
  await expect(watches.ensure(access, widgets, undefined)).rejects.toThrow("forbidden");
  expect(performance.now() - askedAt).toBeLessThan(500);
}, 20_000);

test("nothing is asked for any more as a user whom no application has", async () => {
  const watches = watchesOf();
  const [gone, kept] = [forbidden(), forbidden()];
  const asked = (one: typeof gone): Promise<void> => expect(watches.ensure(one.access, widgets, undefined)).rejects.toThrow("forbidden");
  await asked(gone);
  await asked({ ...kept, access: { ...kept.access, user: "somebody" } });
  watches.keepOnly(new Set(["somebody"]));
  await expect.poll(() => kept.counted.attempts, { timeout: 10_000 }).toBe(3);
  expect(gone.counted.attempts).toBe(1);
}, 20_000);
