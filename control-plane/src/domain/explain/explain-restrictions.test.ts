import { instant } from "@drover/kit";
import { expect, test } from "vitest";
import { noRestrictions } from "../rollout/restrictions.ts";
import { explainRestrictions } from "./explain-restrictions.ts";

const breakGlass = { id: "b1", actor: "users/ada", reason: "the site is down", expiresAt: instant(0) };

test("nothing is said of what does not restrict", () => expect(explainRestrictions(noRestrictions)).toEqual([]));

test("break-glass is shown as long as it is in force, with what it sets aside", () => {
  expect(explainRestrictions({ ...noRestrictions, breakGlass })).toMatchObject([
    {
      kind: "BreakGlass",
      subject: "break-glass/b1",
      message: "users/ada broke the glass: freezes and windows would be set aside until 1970-01-01T00:00:00.000Z: the site is down",
      next: instant(0),
    },
  ]);
  const freeze = { name: "launch", reason: "the launch", until: undefined };
  expect(explainRestrictions({ ...noRestrictions, breakGlass, freeze })[0]?.message).toContain("freeze launch is set aside until");
});

test("the emergency stop names who, since when and why", () => {
  const stopped = { actor: "users/ada", reason: "wrong images", since: instant(0) };
  expect(explainRestrictions({ ...noRestrictions, stopped })).toMatchObject([
    { kind: "Stopped", message: "the whole fleet is stopped by users/ada since 1970-01-01T00:00:00.000Z: wrong images" },
  ]);
});
