import { type Instant, instant } from "@drover/kit";
import { expect, test } from "vitest";
import { shareAnswer } from "./share-answer.ts";

function counter(fails: () => boolean = () => false) {
  let now = 0;
  let asked = 0;
  const clock = { now: (): Instant => instant(now) };
  const answer = shareAnswer(async () => (fails() ? Promise.reject(new Error(`failed ${++asked}`)) : ++asked), 500, clock);
  return { answer, at: (ms: number) => (now = ms) };
}

test("those who ask within the time share one answer, later ones get another", async () => {
  const { answer, at } = counter();
  expect(await Promise.all([answer(), answer()])).toEqual([1, 1]);
  at(499);
  expect(await answer()).toBe(1);
  at(500);
  expect(await answer()).toBe(2);
});

test("a clock that goes back makes nothing older than it may be", async () => {
  const { answer, at } = counter();
  at(1000);
  await answer();
  at(100);
  expect(await answer()).toBe(2);
});

test("a failure is not kept", async () => {
  let broken = true;
  const { answer } = counter(() => broken);
  await expect(Promise.all([answer(), answer()])).rejects.toThrow("failed 1");
  broken = false;
  expect(await answer()).toBe(2);
});
