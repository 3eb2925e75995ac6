import type { SearchHit } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { isForPeople } from "../output/output-form.ts";
import { outputOption, type View } from "../output/print.ts";
import { showList, type ShowOptions } from "../output/show.ts";

const view: View<SearchHit> = {
  kind: "hit",
  name: ({ kind, name }) => `${kind.toLowerCase()}/${name}`,
  columns: [
    { head: "KIND", cell: ({ kind }) => kind },
    { head: "NAME", cell: ({ name }) => name },
    { head: "TITLE", cell: ({ title }) => title },
    { head: "DETAIL", cell: ({ detail }) => detail },
  ],
};

/** `drover search eu-1`. */
export function searchCommand(program: Command, cli: Cli): void {
  program
    .command("search")
    .description("find clusters, applications, environments, releases and rollouts by a part of their name, or a commit")
    .argument("<text...>")
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async (words: readonly string[], options: ShowOptions, command: Command) => {
      const { items } = await clientFor(cli, command)("search", { query: { q: words.join(" ") } });
      if (items.length === 0 && isForPeople(options.output)) cli.say(`Nothing is called anything like ${words.join(" ")}.`);
      showList(cli, items, options.output === "name" ? { ...view, kind: "" } : view, options);
    });
}
