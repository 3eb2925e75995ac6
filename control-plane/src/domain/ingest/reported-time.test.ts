import { instant } from "@drover/kit";
import { expect, test } from "vitest";
import { reportedTime } from "./reported-time.ts";

const now = instant(Date.parse("2026-11-21T08:00:00Z"));

test.each([
  { name: "a time is a time", text: "2026-11-21T07:00:00Z", want: "2026-11-21T07:00:00.000Z" },
  { name: "a clock that is a little ahead is believed", text: "2026-11-21T09:00:00Z", want: "2026-11-21T09:00:00.000Z" },
  { name: "one that is days ahead is not", text: "2030-01-01T00:00:00Z", want: "2026-11-21T08:00:00.000Z" },
  { name: "what only looks like a time is none", text: "2026-99-99T99", want: undefined },
  { name: "a day that no month has", text: "2026-02-31T00:00:00Z", want: "2026-03-03T00:00:00.000Z" },
  { name: "before all computers", text: "0001-01-01T00:00:00Z", want: undefined },
])("$name", ({ text, want }) => {
  expect(reportedTime(text, now)).toBe(want);
});
