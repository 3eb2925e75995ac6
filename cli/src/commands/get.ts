import { DroverError } from "@drover/kit";
import type { Command } from "commander";
import { type Cli, clientFor, streamFor } from "../cli.ts";
import { integerOption } from "../integer-option.ts";
import { outputOption } from "../output/print.ts";
import { isForPeople } from "../output/output-form.ts";
import { showList, showOne, type ShowOptions } from "../output/show.ts";
import { sortedBy } from "../output/sort.ts";
import { getObjects, isObjectWord, type ObjectOptions } from "./get-objects.ts";
import { type Asked, findAsked, overviewFor, rowsOf } from "../resources/asked-items.ts";
import type { Amount } from "../resources/read-resource.ts";
import { type FilterOptions, filterOptions, filtersFor } from "../resources/filter-options.ts";
import { namedItems, namesGiven } from "../resources/named-items.ts";
import { kindOf, type Resource } from "../resources/resource.ts";
import { resourceNamed, resources } from "../resources/table.ts";
import { unknownNames } from "../resources/unknown-names.ts";
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
      if (asked.length > 1 && !isForPeople(options.output) && options.output !== "name") return getTogether(cli, command, asked);
      for (const [place, one] of asked.entries()) {
        if (place > 0 && isForPeople(options.output)) cli.out("\n");
        await (options.watch === true ? watchAsked(cli, command, one) : getAsked(cli, command, one));
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

/** `clusters,environments`, `cluster/eu-1 rollout/ID`: each kind by itself. Throws OPTION_INVALID where only one can be followed. */
function askedOf(what: string, names: readonly string[], options: GetOptions): readonly Asked<GetOptions>[] {
  const groups = namesGiven(what, names)
    ? [...Map.groupBy(namedItems(what, names), ({ resource }) => resource)].map(([resource, items]) => ({
        resource,
        wanted: items.map(({ name }) => name),
        options,
      }))
    : what.split(",").map((kind) => ({ resource: resourceNamed(kind), wanted: [], options }));
  if (groups.length > 1 && options.watch === true)
    throw new DroverError("invalid", "OPTION_INVALID", "get: one kind can be watched at a time; ask for the others beside it");
  return groups;
}

async function getAsked(cli: Cli, command: Command, asked: Asked<GetOptions>): Promise<void> {
  const { resource, wanted, options } = asked;
  const { items, more, view } = await findAsked(clientFor(cli, command), asked);
  if (wanted.length === 1 && view === resource.view) return showOne(cli, documentsOf(resource, items)[0], view, options);
  if (items.length === 0 && isForPeople(options.output)) cli.say(`No ${resource.inWords ?? resource.name} found.`);
  const shown = inOrder(items, options);
  showList(cli, documentsOf(resource, shown), view, { ...options, sortBy: undefined });
  sayMore(cli, shown.length, more || shown.length < items.length);
}

/** For machines several kinds are one list, in which each item says what it is. */
async function getTogether(cli: Cli, command: Command, asked: readonly Asked<GetOptions>[]): Promise<void> {
  const client = clientFor(cli, command);
  const all: unknown[] = [];
  for (const one of asked) {
    const { items, more } = await findAsked(client, one);
    all.push(...items.map((item) => ({ kind: kindOf(one.resource), ...(item as object) })));
    sayMore(cli, items.length, more);
  }
  const [first] = asked;
  if (first !== undefined) showList(cli, inOrder(all, first.options), first.resource.view, { ...first.options, sortBy: undefined });
}

async function watchAsked(cli: Cli, command: Command, asked: Asked<GetOptions>): Promise<void> {
  const { resource, wanted, options } = asked;
  const client = clientFor(cli, command);
  // It may be about to come.
  for (const { message } of await unknownNames(client, options)) cli.say(`${message}; waiting for it`);
  const overview = overviewFor(asked);
  if (overview !== undefined)
    return showWatch(
      cli,
      watchOverview(() => rowsOf(client, overview, asked), overview, cli.say),
      overview.view,
      options,
    );
  const query = filtersFor(resource, options);
  const changes = watchResource(client, streamFor(cli, command), resource, query, { only: new Set(wanted), say: cli.say });
  return showWatch(cli, changes, resource.view, options);
}

const inOrder = (items: readonly unknown[], { sortBy, limit = Infinity }: GetOptions): readonly unknown[] =>
  sortBy === undefined ? items : sortedBy(items, sortBy).slice(0, limit);

function sayMore(cli: Cli, shown: number, more: boolean): void {
  if (more) cli.say(`There are more than ${shown === 1 ? "this one" : `these ${shown}`}; a higher --limit shows them.`);
}

/** With the kind by which `drover apply` knows them, so that it takes what was printed. */
const documentsOf = ({ fleetKind }: Resource, items: readonly unknown[]): readonly unknown[] =>
  fleetKind === undefined ? items : items.map((item) => ({ kind: fleetKind, ...(item as object) }));
