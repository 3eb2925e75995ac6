import type { KeyPath } from "./fleet-yaml.ts";
import { checkNotification } from "./check-notification.ts";
import { checkSelector } from "./check-selector.ts";
import { checkStrategy } from "./check-strategy.ts";
import { checkAutoPromotions, checkFreeze, checkWindows } from "./check-window.ts";
import { nearest } from "./nearest.ts";
import { compileHealthRule } from "../health-rule/compile.ts";
import type { HealthRule } from "../wire/envelope.ts";
import { type Compiled, compileJsonPath, compileJsonPointer } from "../wire/ignore-expression.ts";
import type { FleetObject } from "./objects.ts";
import type { ObjectFault } from "./object-fault.ts";
import type { Application, Values } from "./schemas.ts";

export function checkObject(object: FleetObject): readonly ObjectFault[] {
  switch (object.kind) {
    case "Application":
      return checkApplication(object.form);
    case "Environment":
      return [
        ...checkSelector(object.form.clusterSelector, ["clusterSelector"]),
        ...(object.form.source?.path === undefined ? [] : checkFolder(object.form.source.path, ["source", "path"])),
        ...checkWindows(object.form.windows),
      ];
    case "Strategy":
      return checkStrategy(object.form);
    case "Project":
      return [
        ...(object.form.destinations ?? []).flatMap(({ clusterSelector }, index) =>
          checkSelector(clusterSelector, ["destinations", index, "clusterSelector"]),
        ),
        ...checkWindows(object.form.windows),
        ...checkAutoPromotions(object.form),
      ];
    case "Freeze":
      return checkFreeze(object.form);
    case "Notification":
      return checkNotification(object.form);
    case "Fleet":
    case "Cluster":
      return checkWindows(object.form.windows);
    case "Pin":
    case "Quarantine":
    case "ApplicationRemoval":
    case "ClusterRemoval":
      return [];
  }
}

function checkApplication(application: Application): readonly ObjectFault[] {
  const { source, values = {}, overrides = [], ignoreDifferences = [], healthRules = [] } = application;
  return [
    ...healthRules.flatMap((rule, index) => checkHealthRule(rule, ["healthRules", index])),
    ...ignoreDifferences.flatMap(({ jsonPointers = [], jsonPaths = [] }, index) => [
      ...checkExpressions(jsonPointers, compileJsonPointer, ["ignoreDifferences", index, "jsonPointers"]),
      ...checkExpressions(jsonPaths, compileJsonPath, ["ignoreDifferences", index, "jsonPaths"]),
    ]),
    ...checkRepository(source.repository),
    ...(source.path === undefined ? [] : checkFolder(source.path, ["source", "path"])),
    ...overrides.flatMap((override, index) => [
      ...checkSelector(override.clusterSelector, ["overrides", index, "clusterSelector"]),
      ...checkDeclared(override.values, values, ["overrides", index, "values"]),
    ]),
  ];
}

/** Refused here, because an agent that cannot read an expression can only stop. */
const checkExpressions = (texts: readonly string[], compile: (text: string) => Compiled, keys: KeyPath): readonly ObjectFault[] =>
  texts.flatMap((text, index) => {
    const compiled = compile(text);
    return "problem" in compiled ? [{ keys: [...keys, index], code: "FLEET_IGNORE_INVALID", message: compiled.problem }] : [];
  });

/** Refused here, because an agent shows the objects of a rule that it cannot read as Unknown. */
function checkHealthRule(rule: HealthRule, keys: KeyPath): readonly ObjectFault[] {
  const compiled = compileHealthRule(rule);
  if (!("problems" in compiled)) return [];
  return compiled.problems.map(({ field, problem }) => ({ keys: [...keys, field], code: "FLEET_HEALTH_RULE_INVALID", message: problem }));
}

/** Overrides belong to their application, so a key it does not declare can only be a mistake. */
function checkDeclared(given: Values, declared: Values, keys: KeyPath): readonly ObjectFault[] {
  return Object.keys(given)
    .filter((key) => !Object.hasOwn(declared, key))
    .map((key) => {
      const near = nearest(key, Object.keys(declared));
      const hint = near === undefined ? `declare it there (\`${key}: null\` when it has no default)` : `did you mean "${near}"?`;
      return { keys: [...keys, key], code: "FLEET_VALUE_UNDECLARED", message: `"${key}" is not among the application's values: ${hint}` };
    });
}

/** `host:path` as in `git@host:team/app.git`, ssh's own short form. */
const scpForm = /^([a-z0-9_.-]+@)?[a-z0-9.-]+:(?!\/\/)[^\s]+$/i;

function checkRepository(repository: string): readonly ObjectFault[] {
  const keys = ["source", "repository"];
  const wrong = (message: string): readonly ObjectFault[] => [{ keys, code: "FLEET_SOURCE_INVALID", message }];
  const url = URL.canParse(repository) ? new URL(repository) : undefined;
  if (url === undefined || !repository.includes("://"))
    return scpForm.test(repository) ? [] : wrong("the repository is no URL: write https://… or ssh://…");
  if (!["https:", "http:", "ssh:"].includes(url.protocol)) return wrong(`${url.protocol}// is not fetched from: use https:// or ssh://`);
  if (url.password !== "" || (url.username !== "" && url.protocol !== "ssh:"))
    return wrong("credentials do not belong into the repository's URL: name them in credentialsRef");
  if (url.search !== "" || url.hash !== "") return wrong("a repository's URL has no ? and no #: set source.ref and source.path instead");
  return [];
}

function checkFolder(path: string, keys: KeyPath): readonly ObjectFault[] {
  const isInside = !path.startsWith("/") && !path.includes("\\") && !path.split("/").includes("..");
  return isInside
    ? []
    : [{ keys, code: "FLEET_SOURCE_INVALID", message: "the path leaves the repository: write it from the repository's root" }];
}
