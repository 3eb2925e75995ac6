import fc from "fast-check";
import { expect, test } from "vitest";
import { appendLog, emptyLog } from "./log-buffer.ts";

const read = (maxLines: number, ...pieces: readonly string[]) =>
  pieces.reduce((buffer, piece) => appendLog(buffer, piece, maxLines), emptyLog);

test("a line that comes in pieces is one line", () =>
  expect(read(10, "one\ntw", "o\nth")).toEqual({ lines: ["one", "two"], dropped: 0, rest: "th" }));

test("the oldest lines go first, and are counted", () =>
  expect(read(2, "1\n2\n", "3\n4\n")).toEqual({ lines: ["3", "4"], dropped: 2, rest: "" }));

test("what terminals obey is taken out", () =>
  expect(read(10, "\u001B[31mred\u001B[0m\tand \u202Eback\u0007\r\n").lines).toEqual(["red\tand back"]));

test("without a line end in sight, a line is cut", () => {
  const { lines, rest } = read(10, "x".repeat(20_000));
  expect([lines[0]?.length, rest]).toEqual([16_384, ""]);
});

test("however it is cut into pieces, the same lines come out", () =>
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z\n]{0,8}$/)), (pieces) => {
      const whole = read(1000, pieces.join(""));
      expect(read(1000, ...pieces)).toEqual(whole);
    }),
  ));
