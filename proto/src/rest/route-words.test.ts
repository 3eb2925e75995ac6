import { expect, test } from "vitest";
import { reservedNames } from "../fleet/fleet-path.ts";
import type { Route } from "./route.ts";
import { routeTable } from "./routes.ts";

const all = Object.entries(routeTable);
const routes = all.filter(([, { path }]) => path.startsWith("/v1/"));
const partsOf = ({ path }: Route): readonly string[] => path.split("/").slice(2);
const isParameter = (part: string): boolean => part.startsWith("{");

/** There is one of each, or none can be counted. */
const single = ["audit", "break-glass", "drift", "fleet", "history", "search", "stop", "summary", "whoami", "why"];
/** What an agent does before it has an identity, or with its own. */
const ofAgents = ["enrol", "renew"];
/** What one reads of an object that is no collection. */
const views = ["bundle", "challenge", "diff", "logs", "outliers", "timeline", "tree", "watch"];

/** A bundle is named by its digest, an object of a cluster by its group, kind, namespace and name. */
const namedOtherwise = ["bundles", "resources"];

test.each(routes)("%s has a path in kebab-case, and parameters in lowerCamelCase", (_id, route) => {
  for (const part of partsOf(route)) expect(part).toMatch(isParameter(part) ? /^\{[a-z]+([A-Z][a-z]+)*\}$/ : /^[a-z]+(-[a-z]+)*$/);
});

test.each(routes)("%s begins with a plural noun, or with what there is one of", (_id, route) => {
  const [noun = ""] = partsOf(route);
  expect(noun.endsWith("s") || single.includes(noun) || ofAgents.includes(noun)).toBe(true);
});

test.each(routes.filter(([, { method }]) => method === "GET"))("%s reads what its last noun names", (_id, route) => {
  const last = partsOf(route).at(-1) ?? "";
  expect(isParameter(last) || last.endsWith("s") || single.includes(last) || views.includes(last)).toBe(true);
});

test.each(routes)("%s has its parameter beneath the noun that it names one of", (_id, route) => {
  const parts = partsOf(route);
  const misplaced = parts.filter((part, index) => {
    const noun = parts[index - 1] ?? "";
    return isParameter(part) && !isParameter(noun) && !namedOtherwise.includes(noun) && part !== `{${camel(singular(noun))}}`;
  });
  expect(misplaced).toEqual([]);
});

test.each(routes.filter(([, { method }]) => method === "POST"))(
  "%s creates in a collection, or does a verb beneath a noun",
  (id, route) => {
    const last = partsOf(route).at(-1) ?? "";
    expect(isParameter(last)).toBe(false);
    const words = id.toLowerCase();
    const noun = last.endsWith("s") ? singular(last) : last;
    for (const word of noun.split("-")) expect(words).toContain(word);
  },
);

const shared = ["pageSize", "pageToken", "labels", "validateOnly", "reason", "cluster", "application", "environment"];

test.each(shared)("%s means the same wherever it is asked for", (name) => {
  const forms = routes.flatMap(([, { query }]) => (query?.properties[name] === undefined ? [] : [JSON.stringify(query.properties[name])]));
  expect(new Set(forms).size).toBe(1);
});

test.each(all.filter(([, { list }]) => list !== undefined))("%s is asked like every list", (_id, route) => {
  const known = Object.keys(route.query?.properties ?? {});
  expect(known).toEqual(
    expect.arrayContaining(route.media === undefined ? ["pageSize", "pageToken", "filter", "orderBy"] : ["filter", "after"]),
  );
});

test("a word that hides an object's name is no name", () => {
  const hidden = routes.flatMap(([, { method, path }]) => {
    const parts = path.split("/");
    const last = parts.at(-1) ?? "";
    const named = [...parts.slice(0, -1), "{}"].join("/").replaceAll(/\{\w+\}/g, "{}");
    const hides = routes.some(([, other]) => other.method === method && other.path.replaceAll(/\{\w+\}/g, "{}") === named);
    return !isParameter(last) && hides ? [last] : [];
  });
  expect(hidden.filter((word) => !reservedNames.includes(word))).toEqual([]);
});

const singular = (noun: string): string =>
  (noun === "audit" ? "audit-entry" : noun)
    .replace(/ies$/, "y")
    .replace(/s$/, "")
    .replace(/^break-glas$/, "break-glass");
const camel = (noun: string): string => noun.replaceAll(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
