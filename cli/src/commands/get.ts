import { DroverError } from "@drover/kit";
import type { Command } from "commander";
import { type Cli, clientFor, streamFor } from "../cli.ts";
import { integerOption } from "../integer-option.ts";
import { outputOption } from "../output/print.ts";
import { isForPeople } from "../output/output-form.ts";
import { showList, showOne, type ShowOptions } from "../output/show.ts";
import { sortedBy } from "../output/sort.ts";
import { getObjects, isObjectWord, type ObjectOptions } from "./get-objects.ts";
import { type Amount, getResource, type Listed, listOverview, listResource, type ListQuery } from "../resources/read-resource.ts";
import { type FilterOptions, filterOptions, filtersFor } from "../resources/filter-options.ts";
import { namedItems, namesGiven } from "../resources/named-items.ts";
import type { Overview, Resource } from "../resources/resource.ts";
import { resourceNamed, resources } from "../resources/table.ts";
import { watchOverview, watchResource } from "../resources/watch-resource.ts";
import { showWatch } from "../output/show-watch.ts";

interface GetOptions extends ShowOptions, FilterOptions, Amount, ObjectOptions {
  readonly watch?: boolean;
}

/** `drover get clusters`, `drover get cluster eu-1 us-1`, `drover get cluster/eu-1`, `drover get rollouts --watch`. */
export function getCommand(program: Command, cli: Cli): void {
  filterOptions(
    program
      .command("get")
      .description(`show resources: ${resources.map(({ name }) => name).join(", ")}`)
      .argument("<resource>", "what, or what/name; `drover api-resources` lists them; `object` is one in a cluster, with -a and --cluster")
      .argument("[names...]", "some of them"),
  )
    .addOption(outputOption())
    .option("-w, --watch", "go on showing what changes, until interrupted")
    .option("--limit <count>", "no more than so many; with --sort-by the first of that order", integerOption)
    .option("--chunk-size <count>", "ask the server for so many at a time (500)", integerOption)
    .option("--sort-by <path>", "order by what a JSONPath finds in each, like .createdAt")
    .option("--show-labels", "labels as the last column")
    .option("--no-headers", "rows only")
    .option("-n, --namespace <name>", "with `object`: in this namespace")
    .option("--rendered", "with `object`: as git makes it for this cluster, and not as it is")
    .option("--show-managed-fields", "with `object`: with what field managers keep in it")
    .action(async (what: string, names: readonly string[], options: GetOptions, command: Command) => {
      const [word = "", ...inner] = what.split("/");
      if (isObjectWord(word)) return getObjects(cli, command, [...(inner.length > 0 ? [inner.join("/")] : []), ...names], options);
      refuseObjectOptions(what, options);
      const asked = askedOf(what, names, options);
      for (const [place, one] of asked.entries()) {
        if (place > 0 && isForPeople(options.output)) cli.out("\n");
        const { overview } = one.resource;
        await (overview !== undefined && showsOverview(options)
          ? getOverview(cli, command, { ...one, overview })
          : getItems(cli, command, one));
      }
    });
}

/** What chooses nothing must not look as if it did. */
function refuseObjectOptions(what: string, { namespace, rendered, showManagedFields }: GetOptions): void {
  const given = { "--namespace": namespace, "--rendered": rendered, "--show-managed-fields": showManagedFields };
  const option = Object.entries(given).find(([, value]) => value !== undefined)?.[0];
  if (option === undefined) return;
  throw new DroverError(
    "invalid",
    "OPTION_INVALID",
    `get ${what}: ${option} is of \`drover get object\` alone; -a, -e, --cluster and --project choose among these, where they can`,
  );
}

/** `clusters,environments`, `cluster/eu-1 rollout/ID`: a table for each kind. Throws OPTION_INVALID where only one answer can be given. */
function askedOf(what: string, names: readonly string[], options: GetOptions): readonly Asked[] {
  const groups = namesGiven(what, names)
    ? [...Map.groupBy(namedItems(what, names), ({ resource }) => resource)].map(([resource, items]) => ({
        resource,
        wanted: items.map(({ name }) => name),
        options,
      }))
    : what.split(",").map((kind) => ({ resource: resourceNamed(kind), wanted: [], options }));
  if (groups.length > 1 && (options.watch === true || !(isForPeople(options.output) || options.output === "name")))
    throw new DroverError(
      "invalid",
      "OPTION_INVALID",
      "get: several kinds are shown as tables or names; ask for one kind to watch it, or in another form",
    );
  return groups;
}

interface Asked {
  readonly resource: Resource;
  /** By name; all when there is none. */
  readonly wanted: readonly string[];
  readonly options: GetOptions;
}

/** Machines get the items themselves, unless they ask for what only the rows know. */
const showsOverview = ({ output, environment }: GetOptions): boolean => isForPeople(output) || environment !== undefined;

async function getItems(cli: Cli, command: Command, { resource, wanted, options }: Asked): Promise<void> {
  const query = filtersFor(resource, options);
  const client = clientFor(cli, command);
  if (options.watch === true) {
    const changes = watchResource(client, streamFor(cli, command), resource, query, { only: new Set(wanted), say: cli.say });
    return showWatch(cli, changes, resource.view, options);
  }
  if (wanted.length === 0)
    return showListed(cli, await listResource(client, resource, query, amountOf(options)), resource.view, { resource, options });
  const found = documentsOf(resource, await Promise.all(wanted.map((name) => getResource(client, resource, name))));
  const [one] = found;
  return found.length === 1 ? showOne(cli, one, resource.view, options) : showList(cli, found, resource.view, options);
}

async function getOverview(
  cli: Cli,
  command: Command,
  { resource, overview, wanted, options }: Asked & { readonly overview: Overview },
): Promise<void> {
  const query = filtersFor(resource, options, overview);
  const client = clientFor(cli, command);
  const queries: readonly ListQuery[] = wanted.length === 0 ? [query] : wanted.map((name) => ({ ...query, ...overview.nameQuery(name) }));
  const load = async (): Promise<Listed> => {
    const parts = await Promise.all(queries.map((one) => listOverview(client, overview, one, amountOf(options))));
    return { items: parts.flatMap(({ items }) => items), more: parts.some(({ more }) => more) };
  };
  if (options.watch === true) return showWatch(cli, watchOverview(load, overview, cli.say), overview.view, options);
  return showListed(cli, await load(), overview.view, { resource, options });
}

/** An order is that of all of them, so it takes all of them. */
const amountOf = ({ limit, chunkSize, sortBy }: GetOptions): Amount => ({ limit: sortBy === undefined ? limit : undefined, chunkSize });

function showListed(
  cli: Cli,
  { items, more }: Listed,
  view: Resource["view"],
  { resource, options }: Pick<Asked, "resource" | "options">,
): void {
  if (items.length === 0 && isForPeople(options.output)) cli.say(`No ${resource.inWords ?? resource.name} found.`);
  const { sortBy, limit = Infinity } = options;
  const shown = sortBy === undefined ? items : sortedBy(items, sortBy).slice(0, limit);
  showList(cli, documentsOf(resource, shown), view, { ...options, sortBy: undefined });
  if (more || shown.length < items.length)
    cli.say(`There are more than ${shown.length === 1 ? "this one" : `these ${shown.length}`}; a higher --limit shows them.`);
}

/** With the kind by which `drover apply` knows them, so that it takes what was printed. */
const documentsOf = ({ fleetKind }: Resource, items: readonly unknown[]): readonly unknown[] =>
  fleetKind === undefined ? items : items.map((item) => ({ kind: fleetKind, ...(item as object) }));
