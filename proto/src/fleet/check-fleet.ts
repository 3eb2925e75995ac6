import { type Labels, type LabelSelector, matchesSelector } from "@drover/kit";
import { fleetPathOf } from "./fleet-path.ts";
import type { KeyPath, Position } from "./fleet-yaml.ts";
import type { FleetForms, FleetKind, FleetObject, FleetProblem } from "./objects.ts";
import { promotionCircles } from "./promotion-circles.ts";
import type { AutoPromotion } from "./schemas.ts";

/** An object to check against the others. `locate` is absent for objects whose text is not at hand: problems are then shown at line 1. */
export interface FleetEntry {
  readonly path: string;
  readonly object: FleetObject;
  locate?(keys: KeyPath, what?: "key" | "value"): Position;
}

/** The project of applications and clusters that name none. It needs no file. */
export const defaultProject = "default";

/**
 * The rules between files. A problem belongs to the object that refers, not to the one referred to, so that removing one file never
 * invalidates it silently elsewhere. `claimed` are objects whose files are there but invalid: referring to them is right.
 */
export function checkFleet(
  entries: readonly FleetEntry[],
  claimed: readonly { readonly kind: FleetKind; readonly name: string }[] = [],
): readonly FleetProblem[] {
  const fleet = indexOf(entries, claimed);
  return [
    ...entries.flatMap((entry) => findings(entry.object, fleet).map((finding) => problemAt(entry, finding))),
    ...duplicateIds(fleet),
    ...circles(fleet),
  ];
}

interface Finding {
  readonly severity: FleetProblem["severity"];
  readonly code: string;
  readonly keys: KeyPath;
  readonly what?: "key" | "value";
  readonly message: string;
}

type Entry<Kind extends FleetKind> = FleetEntry & { readonly object: { readonly name: string; readonly form: FleetForms[Kind] } };

interface FleetIndex {
  readonly names: { readonly [Kind in FleetKind]: ReadonlySet<string> };
  readonly clusters: readonly Entry<"Cluster">[];
  readonly environments: readonly Entry<"Environment">[];
  readonly labels: readonly Labels[];
  /** Every key that some application declares. Undefined when an application's file is invalid: it might declare more. */
  readonly declaredValues: ReadonlySet<string> | undefined;
}

function indexOf(entries: readonly FleetEntry[], claimed: readonly { readonly kind: FleetKind; readonly name: string }[]): FleetIndex {
  const of = <Kind extends FleetKind>(kind: Kind): readonly Entry<Kind>[] =>
    entries.filter((entry): entry is Entry<Kind> => entry.object.kind === kind);
  const namesOf = (kind: FleetKind): ReadonlySet<string> =>
    new Set([...of(kind).map(({ object }) => object.name), ...claimed.filter((one) => one.kind === kind).map(({ name }) => name)]);
  const clusters = of("Cluster");
  const isComplete = !claimed.some(({ kind }) => kind === "Application");
  return {
    names: {
      Fleet: namesOf("Fleet"),
      Application: namesOf("Application"),
      Environment: namesOf("Environment"),
      Strategy: namesOf("Strategy"),
      Cluster: namesOf("Cluster"),
      Project: namesOf("Project"),
      Pin: namesOf("Pin"),
      Quarantine: namesOf("Quarantine"),
      ApplicationRemoval: namesOf("ApplicationRemoval"),
      ClusterRemoval: namesOf("ClusterRemoval"),
      Freeze: namesOf("Freeze"),
      Notification: namesOf("Notification"),
    },
    clusters,
    environments: of("Environment"),
    labels: clusters.map(({ object }) => object.form.labels ?? {}),
    declaredValues: isComplete ? new Set(of("Application").flatMap(({ object }) => Object.keys(object.form.values ?? {}))) : undefined,
  };
}

function findings(object: FleetObject, fleet: FleetIndex): readonly Finding[] {
  const refersTo = (
    kind: FleetKind,
    name: string | undefined,
    keys: KeyPath,
    severity: Finding["severity"] = "error",
  ): readonly Finding[] =>
    name === undefined || fleet.names[kind].has(name) || (kind === "Project" && name === defaultProject)
      ? []
      : [{ severity, code: "FLEET_REFERENCE_MISSING", keys, message: missing(kind, name) }];

  switch (object.kind) {
    case "Application":
      return refersTo("Project", object.form.project, ["project"]);
    case "Environment":
      return [
        ...refersTo("Strategy", object.form.strategy, ["strategy"]),
        ...(object.form.promotesFrom ?? []).flatMap((name, index) => refersTo("Environment", name, ["promotesFrom", index])),
        ...(object.form.applications ?? []).flatMap((name, index) => refersTo("Application", name, ["applications", index])),
        ...selectsNothing(object.form.clusterSelector, fleet, ["clusterSelector"], "environment"),
        ...unusedValues(object.form.values, fleet),
      ];
    case "Strategy":
      return (object.form.waves ?? []).flatMap(({ name, clusterSelector, clusters = [] }, index) => [
        ...(clusterSelector ? selectsNothing(clusterSelector, fleet, ["waves", index, "clusterSelector"], `wave "${name}"`) : []),
        // Warnings, as for a pin's exceptions: a wave without its canary is passed over with its gates.
        ...clusters.flatMap((cluster, at) => refersTo("Cluster", cluster, ["waves", index, "clusters", at], "warning")),
      ]);
    case "Cluster":
      return [...refersTo("Project", object.form.project, ["project"]), ...unusedValues(object.form.values, fleet)];
    case "Project":
      return (object.form.autoPromotion ?? []).flatMap((rule, index) => [
        ...refersTo("Environment", rule.from, ["autoPromotion", index, "from"]),
        ...refersTo("Environment", rule.to, ["autoPromotion", index, "to"]),
        ...(rule.applications ?? []).flatMap((name, at) => refersTo("Application", name, ["autoPromotion", index, "applications", at])),
        ...promotesElsewhere(rule, fleet, ["autoPromotion", index, "to"]),
      ]);
    case "Freeze":
    case "Notification":
      // Warnings: what names one thing too many must count for the others all the same.
      return [
        ...(object.form.projects ?? []).flatMap((name, at) => refersTo("Project", name, ["projects", at], "warning")),
        ...(object.form.environments ?? []).flatMap((name, at) => refersTo("Environment", name, ["environments", at], "warning")),
        ...(object.form.applications ?? []).flatMap((name, at) => refersTo("Application", name, ["applications", at], "warning")),
      ];
    case "Fleet":
      return [];
    case "Pin": {
      const [environment, application] = object.name.split("/");
      return [
        ...refersTo("Environment", environment, []),
        ...refersTo("Application", application, []),
        // A warning: a cluster that was removed must not keep the pin of all the others from being moved.
        ...Object.keys(object.form.clusters ?? {}).flatMap((name) =>
          refersTo("Cluster", name, ["clusters", name], "warning").map((finding): Finding => ({ ...finding, what: "key" })),
        ),
      ];
    }
    case "Quarantine":
      return refersTo("Application", object.name, [], "warning");
    case "ApplicationRemoval":
      return contradicts("Pin", object.name, fleet, "the application is placed there again, and its removal waits for ever");
    case "ClusterRemoval":
      return contradicts("Cluster", object.name, fleet, "the cluster has a file, and its removal waits for ever");
  }
}

/** A person's promotion is refused when the revision did not complete in one of `promotesFrom`; the automatic one asks for no more, and no less. */
function promotesElsewhere({ from, to }: AutoPromotion, { environments }: FleetIndex, keys: KeyPath): readonly Finding[] {
  const target = environments.find(({ object }) => object.name === to);
  if (target === undefined || target.object.form.promotesFrom?.includes(from) === true) return [];
  const message = `environment "${to}" does not promote from "${from}": add it to promotesFrom in ${target.path}`;
  return [{ severity: "error", code: "FLEET_AUTO_PROMOTION_INVALID", keys, message }];
}

/** A warning: what is placed wins over what is to be removed, as it does when somebody changes their mind. */
const contradicts = (kind: "Pin" | "Cluster", name: string, fleet: FleetIndex, message: string): readonly Finding[] =>
  fleet.names[kind].has(name)
    ? [
        {
          severity: "warning",
          code: "FLEET_REMOVAL_CONTRADICTED",
          keys: [],
          message: `${message}: delete this file or ${fleetPathOf(kind, name)}`,
        },
      ]
    : [];

const missing = (kind: FleetKind, name: string): string =>
  `there is no ${kind.toLowerCase()} "${name}": correct the name or add ${fleetPathOf(kind, name)}`;

function selectsNothing(selector: LabelSelector, { labels }: FleetIndex, keys: KeyPath, who: string): readonly Finding[] {
  if (labels.some((one) => matchesSelector(selector, one))) return [];
  return [
    { severity: "warning", code: "FLEET_SELECTOR_MATCHES_NOTHING", keys, message: `the ${who} has no clusters: none has these labels` },
  ];
}

/** Environments and clusters are shared by applications, so a key is unused only when none of them declares it. */
function unusedValues(values: FleetForms["Cluster"]["values"], { declaredValues }: FleetIndex): readonly Finding[] {
  return Object.keys(values ?? {})
    .filter((key) => declaredValues?.has(key) === false)
    .map((key) => ({
      severity: "warning",
      code: "FLEET_VALUE_UNUSED",
      keys: ["values", key],
      what: "key",
      message: `no application declares the value "${key}": correct the key, or add it to an application's values`,
    }));
}

function duplicateIds({ clusters }: FleetIndex): readonly FleetProblem[] {
  const byId = Map.groupBy(clusters, ({ object }) => object.form.id);
  return clusters.flatMap((entry) => {
    const others = (byId.get(entry.object.form.id) ?? []).filter((other) => other !== entry);
    if (others.length === 0) return [];
    const message = `the id is also that of ${others.map(({ path }) => path).join(", ")}: a cluster has one file`;
    return [problemAt(entry, { severity: "error", code: "FLEET_CLUSTER_ID_DUPLICATE", keys: ["id"], message })];
  });
}

function circles({ environments }: FleetIndex): readonly FleetProblem[] {
  const circleOf = promotionCircles(new Map(environments.map(({ object }) => [object.name, object.form.promotesFrom ?? []])));
  return environments.flatMap((entry) => {
    const circle = circleOf.get(entry.object.name);
    if (circle === undefined) return [];
    const message = `environments promote from each other in a circle, ${circle.join(" ← ")}: nothing could ever enter it`;
    return [problemAt(entry, { severity: "error", code: "FLEET_PROMOTION_CIRCLE", keys: ["promotesFrom"], message })];
  });
}

const problemAt = (entry: FleetEntry, { severity, code, keys, what, message }: Finding): FleetProblem => ({
  severity,
  path: entry.path,
  ...(entry.locate?.(keys, what) ?? { line: 1, column: 1 }),
  code,
  message,
});
