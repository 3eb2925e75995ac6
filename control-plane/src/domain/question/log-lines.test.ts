import fc from "fast-check";
import { expect, test } from "vitest";
import { createLogLines, type LogPosition } from "./log-lines.ts";

const plain = { withTimes: false };
const at = (nanos: number): string => `2026-11-21T08:00:${String(Math.floor(nanos / 10)).padStart(2, "0")}.${nanos % 10}Z`;

test("times are taken off, and kept where they were asked for", () => {
  const text = "2026-11-21T08:00:00.5Z ready\n2026-11-21T10:00:01.25+02:00 served\n";
  expect(createLogLines(undefined, plain).take(text)).toBe("ready\nserved\n");
  const lines = createLogLines(undefined, { withTimes: true });
  expect(lines.take(text)).toBe(text);
  expect(lines.reached()).toEqual({ at: "2026-11-21T08:00:01.250000000Z", lines: 1 });
});

test("what the kubelet says without a time is told as it is", () => {
  const lines = createLogLines({ at: "2026-11-21T08:00:00.000000000Z", lines: 1 }, plain);
  expect(lines.take("failed to watch file: too many open files\n")).toBe("failed to watch file: too many open files\n");
});

test("a line without an end is told when there is no more, and one that is too long in parts", () => {
  const lines = createLogLines(undefined, plain);
  expect([lines.take("2026-11-21T08:00:00Z half"), lines.take(" a line"), lines.rest()]).toEqual(["", "", "half a line"]);
  expect(lines.take("x".repeat(70_000))).toHaveLength(70_000);
});

test("however often a log is asked for again, since a whole second, each line is told once", () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 60 }).map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(times, fc.array(fc.nat({ max: 400 }), { maxLength: 6 }), fc.integer({ min: 1, max: 40 }), (written, cuts, chunk) => {
      const log = written.map((nanos, n) => ({ nanos, text: `${at(nanos)} line ${n}\n` }));
      let told = "";
      let position: LogPosition | undefined;
      for (const characters of [...cuts, Number.POSITIVE_INFINITY]) {
        const since = position === undefined ? "" : position.at.slice(0, 19);
        const source = log
          .filter(({ nanos }) => at(nanos).slice(0, 19) >= since)
          .map(({ text }) => text)
          .join("")
          .slice(0, characters);
        const lines = createLogLines(position, plain);
        for (let from = 0; from < source.length; from += chunk) told += lines.take(source.slice(from, from + chunk));
        position = lines.reached();
      }
      expect(told).toBe(written.map((_, n) => `line ${n}\n`).join(""));
    }),
  );
});
