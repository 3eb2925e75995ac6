import { instant } from "@drover/kit";
import { systemClock } from "@drover/kit/node";
import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import { createAutoPromoter } from "./auto-promotion.ts";
import type { FleetStore, StoredObject } from "../fleet/fleet-store.ts";
import type { Intent } from "../fleet/intent-store.ts";

const [v1, v2] = ["1".repeat(40), "2".repeat(40)];
const minutes = (count: number) => instant(count * 60_000);

/** Web in production, which follows staging after ten minutes; v2 completed there at minute 100. */
const forms = {
  "Application web": { source: { repository: "https://git.example/web" } },
  "Project default": { autoPromotion: [{ from: "staging", to: "production", soakTime: "10m" }] },
  "Environment production": { clusterSelector: {}, promotesFrom: ["staging"] },
  "Pin production/web": { revision: v1, promotion: "Automatic" },
} as const;

const stored = <Kind extends FleetKind>(kind: Kind, name: string, form: object): StoredObject<Kind> => ({
  kind,
  name,
  path: name,
  form: form as FleetForms[Kind],
  problem: undefined,
  commit: "c1",
  position: 1,
  version: 1,
});

/** What a look at the place does at a minute, and the intents that it submits. */
async function lookAt(
  minute: number,
  changes: Readonly<Record<string, object | undefined>> = {},
  quarantined?: { readonly reason: string },
) {
  const files = new Map<string, object | undefined>(Object.entries({ ...forms, ...changes }));
  const fleet: FleetStore = {
    async get(kind, name) {
      const form = files.get(`${kind} ${name}`);
      return form && stored(kind, name, form);
    },
    list: async (kind) =>
      [...files].flatMap(([key, form]) => (key.startsWith(`${kind} `) && form ? [stored(kind, key.slice(kind.length + 1), form)] : [])),
    problems: async () => [],
  };
  const submitted: Intent[] = [];
  const promoter = createAutoPromoter({
    fleet,
    upstream: async () => ({
      completed: { revision: v2, finishedAt: minutes(100), firstAt: minutes(100) },
      pinnedFirstAt: minutes(50),
      returnsTo: undefined,
    }),
    quarantineOf: async () => quarantined,
    intents: {
      add: async (intent) => void submitted.push(intent),
      load: async () => ({ state: "current", commit: "c2", error: undefined }),
      addFulfilled: async () => {},
      hasOpen: async () => false,
      take: async () => [],
      settleFulfilled: async () => {},
      voidIntents: async () => {},
      withdraw: async () => false,
    },
    clock: { ...systemClock, now: () => minutes(minute) },
    newId: () => "i1",
  });
  return { outcome: await promoter("web production", AbortSignal.timeout(5_000)), submitted };
}

test("what soaked is promoted as Drover, from the pin that was seen, and the pin says that it may move on", async () => {
  const { outcome, submitted } = await lookAt(110);
  expect(outcome).toEqual({ kind: "done" });
  expect(submitted).toMatchObject([
    {
      id: "i1",
      kind: "Promotion",
      subject: "production/web",
      actor: "drover/auto-promotion",
      edit: { kind: "set-pin", revision: v2, previousRevision: v1, before: { revision: v1 }, promotion: "Automatic" },
    },
  ]);
});

test("while it soaks nothing is promoted, and its end is when to look again", async () =>
  expect(await lookAt(105)).toEqual({ outcome: { kind: "recheck", at: minutes(110) }, submitted: [] }));

test("a freeze holds it, and its end is when to look again", async () => {
  const until = "1970-01-01T03:00:00Z";
  expect(await lookAt(110, { "Freeze rest": { reason: "rest", until } })).toEqual({
    outcome: { kind: "recheck", at: minutes(180) },
    submitted: [],
  });
});

test.each([
  { name: "a quarantined revision", changes: {}, quarantined: { reason: "it crashes" } },
  { name: "a person's pin", changes: { "Pin production/web": { revision: v1 } } },
  { name: "an environment that no longer promotes from there", changes: { "Environment production": { clusterSelector: {} } } },
  { name: "an application that is being removed", changes: { "ApplicationRemoval production/web": { deletionPolicy: "Delete" } } },
  { name: "an application that is gone", changes: { "Application web": undefined } },
])("$name is not promoted", async ({ changes, quarantined }) =>
  expect(await lookAt(110, changes, quarantined)).toEqual({ outcome: { kind: "done" }, submitted: [] }),
);
