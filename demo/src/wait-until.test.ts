import { expect, test } from "vitest";
import { never, notYet, right, waitUntil } from "./wait-until.ts";

const { signal } = new AbortController();

test("looks until the world is as expected, and takes errors for findings", async () => {
  const looks = [() => notYet("nothing"), () => fail("not up"), () => right(3)];
  await expect(waitUntil({ expected: "three", withinMs: 5_000, signal, look: async () => looks.shift()?.() ?? right(0) })).resolves.toBe(3);
});

test("says what was expected and what was found last", async () => {
  const waiting = waitUntil({ expected: "staging-1 runs v1", withinMs: 30, signal, look: async () => notYet("there is no ConfigMap") });
  await expect(waiting).rejects.toThrow("expected: staging-1 runs v1; found: there is no ConfigMap");
});

test("gives up at once when there is nothing to wait for", async () => {
  const waiting = waitUntil({ expected: "it is ready", withinMs: 60_000, signal, look: async () => never("it exited with status 1") });
  await expect(waiting).rejects.toThrow("found: it exited with status 1");
});

test("ends with the signal's reason", async () => {
  const stopped = AbortSignal.abort(new Error("interrupted"));
  await expect(waitUntil({ expected: "x", withinMs: 60_000, signal: stopped, look: async () => notYet("y") })).rejects.toThrow(
    "interrupted",
  );
});

function fail(message: string): never {
  throw new Error(message);
}
