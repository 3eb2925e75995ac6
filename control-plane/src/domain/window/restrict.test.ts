import { type ClusterId, parseInstant } from "@drover/kit";
import { expect, test } from "vitest";
import { restrictAt, type RestrictionFacts } from "./restrict.ts";

const at = (text: string) => parseInstant(text)!;
const noon = at("2026-06-03T12:00:00Z");
const nothing: RestrictionFacts = {
  place: { project: "shop", environment: "production", application: "web" },
  stopped: undefined,
  freezes: [],
  breakGlasses: [],
  windows: [],
  clusters: [],
};
const glass = (id: string, expiresAt: string) => ({ id, actor: "users/ada", reason: "the site is down", expiresAt: at(expiresAt) });

test("nothing restricts, and nothing changes by itself", () =>
  expect(restrictAt(nothing, noon)).toEqual({
    restrictions: { stopped: undefined, freeze: undefined, window: undefined, breakGlass: undefined, changesAt: undefined },
    closedClusters: new Map(),
  }));

test("the first change of anything is when to look again", () => {
  const { restrictions } = restrictAt(
    {
      ...nothing,
      freezes: [{ name: "rest", form: { reason: "rest", until: "2026-06-05T00:00:00Z" } }],
      breakGlasses: [glass("b1", "2026-06-03T13:00:00Z")],
      windows: [{ scope: "organisation", owner: "", windows: [{ kind: "deny", schedule: "0 18 * * *", duration: "1h" }] }],
    },
    noon,
  );
  expect(restrictions).toMatchObject({
    freeze: { name: "rest" },
    window: undefined,
    breakGlass: { id: "b1" },
    changesAt: at("2026-06-03T13:00:00Z"),
  });
});

test("of several the break-glass that lasts longest is shown, and none that is over", () => {
  const breakGlasses = [
    glass("old", "2026-06-03T12:00:00Z"),
    glass("short", "2026-06-03T13:00:00Z"),
    glass("long", "2026-06-03T14:00:00Z"),
  ];
  expect(restrictAt({ ...nothing, breakGlasses }, noon).restrictions.breakGlass?.id).toBe("long");
  expect(restrictAt({ ...nothing, breakGlasses }, at("2026-06-03T14:00:00Z")).restrictions.breakGlass).toBeUndefined();
});

test("a cluster's window closes that cluster, under its own name", () => {
  const windows = [{ kind: "deny" as const, schedule: "0 11 * * *", duration: "2h" }];
  const [one, two, open] = ["one", "two", "open"].map((name) => ({
    clusterId: name as ClusterId,
    name,
    windows: name === "open" ? [] : windows,
  }));
  const { restrictions, closedClusters } = restrictAt({ ...nothing, clusters: [one!, two!, open!] }, noon);
  expect([...closedClusters].map(([id, { owner, scope }]) => `${id} ${scope} ${owner}`)).toEqual(["one cluster one", "two cluster two"]);
  expect(restrictions).toMatchObject({ window: undefined, changesAt: at("2026-06-03T13:00:00Z") });
});
