import { expect, test, vi } from "vitest";
import { pastTime, timeAhead } from "./time-option.ts";

test("durations count from now, times stand as they are", () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-21T12:00:00.250Z") });
  expect(pastTime("2h")).toBe("2026-11-21T10:00:00.250Z");
  expect(timeAhead("1d")).toBe("2026-11-22T12:00:00Z");
  expect(pastTime("2026-11-01T00:00:00Z")).toBe("2026-11-01T00:00:00.000Z");
  expect(timeAhead("2026-12-01")).toBe("2026-12-01T00:00:00Z");
  vi.useRealTimers();
});

test.each(["", "soon", "-3h", "2026-99-99"])("%j is neither", (text) => {
  expect(() => pastTime(text)).toThrow("how long ago");
  expect(() => timeAhead(text)).toThrow("how far ahead");
});
