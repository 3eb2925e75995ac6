import type { Client, Event, WhyLink } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { formatChain } from "../output/chain.ts";
import { formatTable } from "../output/columns.ts";
import { formatDescription } from "../output/description.ts";
import { eventView } from "../record-views.ts";
import { getResource } from "../resources/read-resource.ts";
import type { Resource } from "../resources/resource.ts";
import { resourceNamed } from "../resources/table.ts";
import { recentEvents } from "../resources/recent-events.ts";

const shownEvents = 10;

/** `drover describe cluster eu-1`, `drover describe rollout/ID`. */
export function describeCommand(program: Command, cli: Cli): void {
  program
    .command("describe")
    .description("everything about one thing: its fields, what happened to it lately, and what keeps it from going on")
    .argument("<resource>", "what, or what/name")
    .argument("[name]", "which one")
    .action(async (what: string, given: string | undefined, _options: object, command: Command) => {
      const [kind = "", ...inner] = what.split("/");
      const resource = resourceNamed(kind);
      const name = inner.length > 0 ? inner.join("/") : given;
      if (name === undefined) return command.error(`error: say which ${resource.view.kind}: drover describe ${resource.view.kind} NAME`);
      const client = clientFor(cli, command);
      const item = await getResource(client, resource, name);
      const [events, links] = await Promise.all([eventsOf(client, resource, item), linksOf(client, resource, item)]);
      cli.out(formatDescription(item as object));
      if (events.length > 0) cli.out(`\nEvents:\n${indented(formatTable(events, eventView.columns, { wide: false, headers: true }))}`);
      if (links.length > 0) cli.out(`\nWhy:\n${indented(formatChain(links))}`);
    });
}

const eventsOf = (client: Client, { subject }: Resource, item: unknown): Promise<readonly Event[]> =>
  subject === undefined ? Promise.resolve([]) : recentEvents(client, { subject: subject(item) }, shownEvents);

async function linksOf(client: Client, { why }: Resource, item: unknown): Promise<readonly WhyLink[]> {
  if (why === undefined) return [];
  return (await client("explain", { query: why(item) })).links;
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");
