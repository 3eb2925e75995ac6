import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyedWork } from "./keyed-work.ts";

test("never two pieces of one key, never more than the limit, and everything runs", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 20 }), async (scheduler, keys) => {
      const work = new KeyedWork(3);
      const running: string[] = [];
      const done: string[] = [];
      const all = keys.map((key, index) =>
        work.run(key, async () => {
          expect(running).not.toContain(key);
          running.push(key);
          expect(running.length).toBeLessThanOrEqual(3);
          await scheduler.schedule(Promise.resolve());
          running.splice(running.indexOf(key), 1);
          done.push(`${key}${index}`);
        }),
      );
      await scheduler.waitFor(Promise.all(all));
      expect(done).toHaveLength(keys.length);
      for (const key of new Set(keys)) {
        const order = done.filter((one) => one.startsWith(key)).map((one) => Number(one.slice(1)));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(work.isBusy(key)).toBe(false);
      }
    }),
  );
});

test("urgent work overtakes what waits for a slot", async () => {
  const work = new KeyedWork(1);
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const first = work.run("first", () => gate.promise);
  const normal = work.run("normal", async () => void order.push("normal"));
  const urgent = work.run("urgent", async () => void order.push("urgent"), "urgent");
  await Promise.resolve(); // both have asked for the slot
  gate.resolve();
  await Promise.all([first, normal, urgent]);
  expect(order).toEqual(["urgent", "normal"]);
});

test("a failure is its caller's alone", async () => {
  const work = new KeyedWork(1);
  const failing = work.run("a", () => Promise.reject(new Error("no")));
  const next = work.run("a", async () => "done");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("done");
});
