import type { Command } from "commander";
import { type Cli, clientFor, streamFor } from "../cli.ts";
import { outputOption } from "../output/print.ts";
import { isForPeople } from "../output/output-form.ts";
import { showList, showOne, type ShowOptions } from "../output/show.ts";
import { getResource, listResource } from "../resources/read-resource.ts";
import { type FilterOptions, filterOptions, filtersFor } from "../resources/filter-options.ts";
import type { Resource } from "../resources/resource.ts";
import { resourceNamed, resources } from "../resources/table.ts";
import { watchResource } from "../resources/watch-resource.ts";
import { showWatch } from "../output/show-watch.ts";

interface GetOptions extends ShowOptions, FilterOptions {
  readonly watch?: boolean;
}

/** `drover get clusters`, `drover get cluster eu-1 us-1`, `drover get cluster/eu-1`, `drover get rollouts --watch`. */
export function getCommand(program: Command, cli: Cli): void {
  filterOptions(
    program
      .command("get")
      .description(`show resources: ${resources.map(({ name }) => name).join(", ")}`)
      .argument("<resource>", "what, or what/name; `drover api-resources` lists them with their short names")
      .argument("[names...]", "some of them"),
  )
    .addOption(outputOption())
    .option("-w, --watch", "go on showing what changes, until interrupted")
    .option("--sort-by <path>", "order by what a JSONPath finds in each, like .createdAt")
    .option("--show-labels", "labels as the last column")
    .option("--no-headers", "rows only")
    .action(async (what: string, names: readonly string[], options: GetOptions, command: Command) => {
      const [kind = "", ...inner] = what.split("/");
      const resource = resourceNamed(kind);
      const query = filtersFor(resource, options);
      const client = clientFor(cli, command);
      const wanted = [...(inner.length > 0 ? [inner.join("/")] : []), ...names.map((name) => bareName(name, resource))];
      if (options.watch === true) {
        const changes = watchResource(client, streamFor(cli, command), resource, query, { only: new Set(wanted), say: cli.say });
        return showWatch(cli, changes, resource.view, options);
      }
      if (wanted.length > 0) {
        const found = await Promise.all(wanted.map((name) => getResource(client, resource, name)));
        const [one] = found;
        return found.length === 1 ? showOne(cli, one, resource.view, options) : showList(cli, found, resource.view, options);
      }
      const items = await listResource(client, resource, query);
      if (items.length === 0 && isForPeople(options.output)) cli.say(`No ${resource.name} found.`);
      return showList(cli, items, resource.view, options);
    });
}

/** `cluster/eu-1` where clusters were asked for already, as it is pasted from `-o name`. */
const bareName = (name: string, { view }: Resource): string => (name.startsWith(`${view.kind}/`) ? name.slice(view.kind.length + 1) : name);
