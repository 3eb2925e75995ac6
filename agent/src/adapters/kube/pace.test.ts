import fc from "fast-check";
import { expect, test } from "vitest";
import { Pace, type Turn } from "./pace.ts";

const { signal } = new AbortController();
const enter = (pace: Pace, patienceMs = 0): Promise<Turn> => pace.enter("test", patienceMs, signal);

test("sixteen requests go at once, half as many after a 429, one more after each answer", async () => {
  const time = { ms: 0 };
  const pace = new Pace(() => time.ms);
  const turns = await Promise.all(Array.from({ length: 16 }, () => enter(pace)));
  time.ms = 1;
  // All sixteen are refused; they left at one pace, so they count once.
  for (const turn of turns) {
    pace.slowDown(turn, 1_000);
    pace.leave();
  }
  expect(pace.limit).toBe(8);
  pace.answered();
  expect(pace.limit).toBe(9);
});

test("nothing leaves before the pause is over, and who has no time to wait is told at once", async () => {
  const time = { ms: 0 };
  const pace = new Pace(() => time.ms);
  pace.slowDown(await enter(pace), 5_000);
  pace.leave();
  await expect(enter(pace, 4_999)).rejects.toMatchObject({ code: "KUBE_THROTTLED", details: { retryAfterMs: 5_000 } });
  time.ms = 5_000;
  await enter(pace);
});

test("pauses double while nothing else is answered", async () => {
  const time = { ms: 0 };
  const pace = new Pace(() => time.ms);
  const pauses: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    const turn = await enter(pace);
    pace.slowDown(turn, 1_000);
    pace.leave();
    const refusal = await enter(pace).catch((thrown: { details: { retryAfterMs: number } }) => thrown.details.retryAfterMs);
    pauses.push(refusal as number);
    time.ms += refusal as number;
  }
  expect(pauses.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(pauses.at(-1)).toBe(300_000);
});

test("an aborted wait ends, and its place goes to the next", async () => {
  const pace = new Pace();
  for (let running = 0; running < 16; running += 1) await enter(pace);
  const stop = new AbortController();
  const aborted = pace.enter("test", 0, stop.signal);
  const next = enter(pace);
  stop.abort();
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
  pace.leave();
  await next;
});

test("whatever the server says, two to sixteen requests are under way", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (answers) => {
      const time = { ms: 0 };
      const pace = new Pace(() => time.ms);
      for (const isAnswered of answers) {
        time.ms += 1;
        if (isAnswered) pace.answered();
        else pace.slowDown({ startedAtMs: time.ms }, 0);
        expect(pace.limit).toBeGreaterThanOrEqual(2);
        expect(pace.limit).toBeLessThanOrEqual(16);
      }
    }),
  );
});
