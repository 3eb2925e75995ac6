import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import { affectedPlaces, placeKey, trackedSources } from "./affected.ts";
import type { ProjectedFile } from "./project-commit.ts";

const file = <Kind extends FleetKind>(kind: Kind, name: string, form: FleetForms[Kind]): ProjectedFile => ({
  kind,
  name,
  path: `${kind}/${name}`,
  blob: "",
  form,
  problem: undefined,
});

const fleet: readonly ProjectedFile[] = [
  file("Application", "web", { source: { repository: "https://git.example/web" }, project: "shop" }),
  file("Application", "api", { source: { repository: "https://git.example/api", ref: "stable" } }),
  file("Environment", "staging", { clusterSelector: { matchLabels: { tier: "staging" } }, track: "head", source: { ref: "next" } }),
  file("Environment", "production", { clusterSelector: { matchLabels: { tier: "production" } }, strategy: "waves" }),
  file("Pin", "production/web", { revision: "a".repeat(40) }),
  file("Strategy", "waves", {}),
];

const places = (kind: FleetKind, name: string, before: FleetForms[FleetKind] | undefined, after: FleetForms[FleetKind] | undefined) =>
  affectedPlaces(fleet, fleet, [{ kind, name, before, after }]).map(placeKey).toSorted();

const labelled = (tier: string): FleetForms["Cluster"] => ({ id: "a".repeat(26), labels: { tier } });

test.each([
  { name: "a pin concerns its own place", got: places("Pin", "production/web", undefined, {}), want: ["web production"] },
  {
    name: "an application, wherever it is",
    got: places("Application", "web", undefined, undefined),
    want: ["web production", "web staging"],
  },
  { name: "a quarantine, likewise", got: places("Quarantine", "api", undefined, undefined), want: ["api staging"] },
  {
    name: "an environment, all that is in it",
    got: places("Environment", "staging", undefined, undefined),
    want: ["api staging", "web staging"],
  },
  { name: "a strategy, the environments that name it", got: places("Strategy", "waves", undefined, {}), want: ["web production"] },
  { name: "a project, its applications", got: places("Project", "shop", undefined, {}), want: ["web production", "web staging"] },
  { name: "the default project, those that name none", got: places("Project", "default", undefined, {}), want: ["api staging"] },
  {
    name: "a cluster, the environments it joins",
    got: places("Cluster", "c", undefined, labelled("production")),
    want: ["web production"],
  },
  { name: "and those it leaves", got: places("Cluster", "c", labelled("staging"), labelled("none")), want: ["api staging", "web staging"] },
  { name: "the fleet's own file, nothing", got: places("Fleet", "drover", undefined, undefined), want: [] },
])("$name", ({ got, want }) => expect(got).toEqual(want));

test("what is gone is asked about too", () => {
  const [, , , , pin] = fleet;
  const changes = [{ kind: "Pin" as const, name: "production/web", before: pin?.form, after: undefined }];
  expect(
    affectedPlaces(
      fleet,
      fleet.filter((one) => one !== pin),
      changes,
    ).map(placeKey),
  ).toEqual(["web production"]);
});

test("follows each application's ref and those that environments put in its place", () => {
  expect(trackedSources(fleet).map(({ repository, ref }) => `${repository} ${ref}`)).toEqual([
    "https://git.example/web main",
    "https://git.example/web next",
    "https://git.example/api stable",
    "https://git.example/api next",
  ]);
});
