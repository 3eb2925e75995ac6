import type { Client, Event, WhyLink } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { detailsOf } from "../describe/details.ts";
import { formatChain } from "../output/chain.ts";
import { formatTable } from "../output/columns.ts";
import { formatDescription } from "../output/description.ts";
import { eventView } from "../record-views.ts";
import { type FilterOptions, filterOptions, filtersFor } from "../resources/filter-options.ts";
import { type NamedItem, namedItems, namesGiven } from "../resources/named-items.ts";
import { getResource, listResource } from "../resources/read-resource.ts";
import { recentEvents } from "../resources/recent-events.ts";
import type { Resource } from "../resources/resource.ts";
import { resourceNamed } from "../resources/table.ts";
import { refuseUnknownNames } from "../resources/unknown-names.ts";

const shownEvents = 10;

/** `drover describe cluster eu-1 us-1`, `drover describe rollout/ID`, `drover describe clusters -l region=eu`. */
export function describeCommand(program: Command, cli: Cli): void {
  filterOptions(
    program
      .command("describe")
      .description(
        "everything about one thing, or each of several: its fields, what happened to it lately, and what keeps it from going on",
      )
      .argument("<resource>", "what, or what/name; all of its kind where no name follows")
      .argument("[names...]", "which ones"),
  ).action(async (what: string, words: readonly string[], options: FilterOptions, command: Command) => {
    const client = clientFor(cli, command);
    const items = namesGiven(what, words) ? namedItems(what, words) : await allOf(client, resourceNamed(what), options);
    if (items.length === 0) return cli.say(`No ${resourceNamed(what).name} found.`);
    for (const [place, { resource, name }] of items.entries()) {
      const text = await described(client, resource, await getResource(client, resource, name));
      cli.out(`${place === 0 ? "" : "\n\n"}${text}`);
    }
  });
}

async function allOf(client: Client, resource: Resource, options: FilterOptions): Promise<readonly NamedItem[]> {
  const { items } = await listResource(client, resource, filtersFor(resource, options));
  if (items.length === 0) await refuseUnknownNames(client, options);
  return items.map((item) => ({ resource, name: resource.view.name(item) }));
}

async function described(client: Client, resource: Resource, item: unknown): Promise<string> {
  const [events, links, details] = await Promise.all([
    eventsOf(client, resource, item),
    linksOf(client, resource, item),
    detailsOf(client, resource, item),
  ]);
  const shown = new Set(details.map(({ of }) => of));
  return [
    formatDescription(Object.fromEntries(Object.entries(item as object).filter(([field]) => !shown.has(field)))),
    ...details.map(({ title, text }) => `\n${title}:\n${indented(text)}`),
    events.length === 0 ? "" : `\nEvents:\n${indented(formatTable(events, eventView.columns, { wide: false, headers: true }))}`,
    links.length === 0 ? "" : `\nWhy:\n${indented(formatChain(links))}`,
  ].join("");
}

const eventsOf = (client: Client, { subject }: Resource, item: unknown): Promise<readonly Event[]> =>
  subject === undefined ? Promise.resolve([]) : recentEvents(client, { subject: subject(item) }, shownEvents);

async function linksOf(client: Client, { why }: Resource, item: unknown): Promise<readonly WhyLink[]> {
  if (why === undefined) return [];
  return (await client("explain", { query: why(item) })).links;
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");
