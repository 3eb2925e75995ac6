import { expect, test } from "vitest";
import { parseFleetFile } from "./parse-fleet-file.ts";
import { validateFleet } from "./validate-fleet.ts";

/** `line:column CODE message` of each problem. */
function problemsOf(path: string, text: string): readonly string[] {
  const file = parseFleetFile(path, text);
  return file.kind === "invalid" ? file.problems.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`) : [];
}

const windows = "windows:\n  - { kind: deny, schedule: 0 22 * * MON-FRI, duration: 8h, timeZone: Europe/Berlin, overrun: true }\n";

test.each([
  { path: "drover.yaml", text: `apiVersion: drover.dev/v1\n${windows}` },
  { path: "projects/shop.yaml", text: windows },
  { path: "environments/production.yaml", text: `clusterSelector: {}\n${windows}` },
  { path: "clusters/eu-1.yaml", text: `id: ${"a".repeat(26)}\n${windows}` },
])("$path may have windows", ({ path, text }) => expect(problemsOf(path, text)).toEqual([]));

test("a freeze is called after its file", () => {
  expect(parseFleetFile("freezes/christmas.yaml", "reason: rest\nuntil: 2027-01-02T00:00:00Z\n")).toMatchObject({
    object: { kind: "Freeze", name: "christmas", form: { reason: "rest", until: "2027-01-02T00:00:00Z" } },
  });
});

test.each([
  {
    name: "a schedule that is no cron",
    path: "drover.yaml",
    text: "apiVersion: drover.dev/v1\nwindows:\n  - kind: allow\n    schedule: 0 25 * * *\n    duration: 1h\n",
    problem: '4:15 FLEET_WINDOW_INVALID "0 25 * * *" is no cron schedule: invalid value for hour: 25',
  },
  {
    name: "a schedule without an occurrence",
    path: "projects/shop.yaml",
    text: "windows:\n  - { kind: deny, schedule: 0 0 31 2 *, duration: 1h }\n",
    problem: '2:29 FLEET_WINDOW_INVALID "0 0 31 2 *" has no occurrence in five years: no month has such a day',
  },
  {
    name: "a time zone that is none, with the one that was meant",
    path: "environments/production.yaml",
    text: "clusterSelector: {}\nwindows:\n  - { kind: deny, schedule: 0 0 * * *, duration: 1h, timeZone: Europe/Berln }\n",
    problem: '3:64 FLEET_WINDOW_INVALID "Europe/Berln" is no time zone: write one like Europe/Berlin or UTC; did you mean "Europe/Berlin"?',
  },
  {
    name: "a window that is never open",
    path: "clusters/eu-1.yaml",
    text: `id: ${"a".repeat(26)}\nwindows:\n  - { kind: deny, schedule: 0 0 * * *, duration: 0h }\n`,
    problem: "3:50 FLEET_WINDOW_INVALID a window of 0h is never open",
  },
  {
    name: "a window that is open for months",
    path: "projects/shop.yaml",
    text: "windows:\n  - { kind: deny, schedule: 0 0 1 1 *, duration: 90d }\n",
    problem: "2:50 FLEET_DURATION_INVALID 90d is longer than 30d",
  },
  {
    name: "a kind of window that is none",
    path: "projects/shop.yaml",
    text: "windows:\n  - { kind: block, schedule: 0 0 1 1 *, duration: 1h }\n",
    problem: '2:13 FLEET_FILE_SCHEMA "windows.0.kind" must be one of allow, deny, not "block"',
  },
  {
    name: "a freeze that ends before it begins",
    path: "freezes/christmas.yaml",
    text: "reason: rest\nfrom: 2026-12-24T00:00:00+01:00\nuntil: 2026-12-23T23:00:00Z\n",
    problem: "3:8 FLEET_FREEZE_INVALID the freeze ends before it begins",
  },
  {
    name: "a freeze without a reason",
    path: "freezes/christmas.yaml",
    text: "from: 2026-12-24T00:00:00Z\n",
    problem: '1:1 FLEET_FILE_SCHEMA key "reason" is missing',
  },
  {
    name: "a freeze from a day that does not exist",
    path: "freezes/christmas.yaml",
    text: "reason: rest\nfrom: 2026-13-24T00:00:00Z\n",
    problem: "2:7 FLEET_FREEZE_INVALID there is no such time as 2026-13-24T00:00:00Z",
  },
  {
    name: "a freeze from a day without its time",
    path: "freezes/christmas.yaml",
    text: "reason: rest\nfrom: 2026-12-24\n",
    problem: '2:7 FLEET_FILE_SCHEMA "from" must be a time such as 2026-12-24T18:00:00Z or 2026-12-24T18:00:00+01:00, not "2026-12-24"',
  },
  {
    name: "two rules that would take turns",
    path: "projects/shop.yaml",
    text:
      "autoPromotion:\n  - { from: staging, to: production, soakTime: 1h }\n" +
      "  - { from: qa, to: production, soakTime: 1h, applications: [web] }\n",
    problem:
      "3:21 FLEET_AUTO_PROMOTION_INVALID an earlier rule promotes the same applications to production from staging: keep one of them",
  },
])("names $name", ({ path, text, problem }) => expect(problemsOf(path, text)).toEqual([problem]));

const rule = (from: string): string => `autoPromotion:\n  - { from: ${from}, to: production, soakTime: 1h }\n`;

function problemsOfFleet(changes: Readonly<Record<string, string>>): readonly string[] {
  const files = {
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "environments/staging.yaml": "clusterSelector: {}\n",
    "environments/production.yaml": "clusterSelector: {}\npromotesFrom: [staging]\n",
    "clusters/s1.yaml": `id: ${"a".repeat(26)}\n`,
    ...changes,
  };
  return validateFleet(new Map(Object.entries(files))).problems.map(
    ({ severity, path, line, column, code, message }) => `${severity} ${path}:${line}:${column} ${code} ${message}`,
  );
}

test("a rule from where the environment promotes from is right", () =>
  expect(problemsOfFleet({ "projects/shop.yaml": rule("staging") })).toEqual([]));

test("a rule to an environment that does not promote from its source is an error", () =>
  expect(problemsOfFleet({ "projects/shop.yaml": rule("staging"), "environments/production.yaml": "clusterSelector: {}\n" })).toEqual([
    'error projects/shop.yaml:2:26 FLEET_AUTO_PROMOTION_INVALID environment "production" does not promote from "staging": ' +
      "add it to promotesFrom in environments/production.yaml",
  ]));

test("a freeze that names something that is not there holds the rest", () =>
  expect(problemsOfFleet({ "freezes/x.yaml": "reason: rest\nenvironments: [production, prod]\n" })).toEqual([
    'warning freezes/x.yaml:2:28 FLEET_REFERENCE_MISSING there is no environment "prod": correct the name or add environments/prod.yaml',
  ]));
