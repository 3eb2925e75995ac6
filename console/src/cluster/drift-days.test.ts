import { expect, test } from "vitest";
import { driftDays } from "./drift-days.ts";

test("each episode counts on the day that it began; what is older than the picture is not in it", () => {
  const now = Date.parse("2026-11-21T08:00:00Z");
  const episodes = ["2026-11-21T00:00:00Z", "2026-11-20T23:59:59Z", "2026-11-20T01:00:00Z", "2026-11-01T01:00:00Z"];
  expect(
    driftDays(
      episodes.map((startedAt) => ({ startedAt })),
      now,
      3,
    ),
  ).toEqual([
    { day: "2026-11-19", episodes: 0 },
    { day: "2026-11-20", episodes: 2 },
    { day: "2026-11-21", episodes: 1 },
  ]);
});
