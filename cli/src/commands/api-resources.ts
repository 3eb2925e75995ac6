import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { outputOption, type View } from "../output/print.ts";
import { showList, type ShowOptions } from "../output/show.ts";
import { parametersOf, type Resource, watchOf } from "../resources/resource.ts";
import { resources } from "../resources/table.ts";

const view: View<Resource> = {
  kind: "resource",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    { head: "SHORTNAMES", cell: ({ shortNames }) => shortNames.join(",") },
    { head: "KIND", cell: ({ view: { kind } }) => kind },
    { head: "VERBS", cell: (resource) => verbsOf(resource).join(",") },
    { head: "DESCRIPTION", cell: ({ description }) => description },
    {
      head: "CHOSEN BY",
      cell: ({ list }) =>
        parametersOf(list)
          .filter((name) => !name.startsWith("page"))
          .join(","),
      wide: true,
    },
  ],
};

/** kubectl's. What runs in clusters is removed, which is more than taking a file out. */
function verbsOf(resource: Resource): readonly string[] {
  const { fleetKind } = resource;
  return [
    "get",
    "list",
    ...(watchOf(resource) === undefined ? [] : ["watch"]),
    ...(fleetKind === undefined ? [] : ["create", "update"]),
    ...(fleetKind === undefined || fleetKind === "Application" || fleetKind === "Cluster" ? [] : ["delete"]),
  ];
}

/** `drover api-resources`. */
export function apiResourcesCommand(program: Command, cli: Cli): void {
  program
    .command("api-resources")
    .description("list what `get` knows, with short names")
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action((options: ShowOptions) => {
      const plain = resources.map((resource) => {
        const { name, shortNames, description, view: shown } = resource;
        return { name, shortNames, kind: shown.kind, verbs: verbsOf(resource), description };
      });
      if (options.output === undefined || options.output === "wide" || options.output === "name")
        return showList(cli, resources, view, options);
      return showList(cli, plain, view as unknown as View<(typeof plain)[number]>, options);
    });
}
