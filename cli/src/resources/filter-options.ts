import type { Command } from "commander";
import { fieldFilter, type ListQuery, queryFor } from "./read-resource.ts";
import type { Overview, Resource } from "./resource.ts";

export interface FilterOptions {
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly filter?: string;
  readonly application?: string;
  readonly environment?: string;
  readonly cluster?: string;
  readonly project?: string;
}

/** What chooses among the items of a list. The server does it, so that a fleet's worth of them need not come here. */
export const filterOptions = (command: Command): Command =>
  command
    .option("-l, --selector <labels>", "of clusters with these labels, like region=eu,tier!=edge")
    .option("--field-selector <fields>", "of these fields, like state=Offline,project!=shop")
    .option("--filter <condition>", 'in the API\'s words, like state = "Offline" AND name : "eu-"')
    .option("-a, --application <name>", "of this application")
    .option("-e, --environment <name>", "of this environment")
    .option("--cluster <name>", "of this cluster")
    .option("--project <name>", "of this project")
    .option("-A, --all", "of everything, which is so without it");

/** Throws OPTION_INVALID for what the list cannot be chosen by. */
export function filtersFor(resource: Resource, options: FilterOptions, overview?: Overview): ListQuery {
  const { selector, fieldSelector, application, environment, cluster, project } = options;
  const conditions = [fieldSelector === undefined ? undefined : fieldFilter(fieldSelector), options.filter].filter(
    (one) => one !== undefined,
  );
  const filter = conditions.length > 1 ? conditions.map((one) => `(${one})`).join(" AND ") : conditions[0];
  return queryFor(resource, { labels: selector, filter, application, environment, cluster, project }, overview);
}
