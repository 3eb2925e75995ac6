import { DroverError } from "@drover/kit";
import type { Client, Event } from "@drover/proto/rest";
import { type Command, InvalidArgumentError, Option } from "commander";
import { askedPlace } from "../asked-place.ts";
import { type Cli, clientFor, streamFor } from "../cli.ts";
import { integerOption } from "../integer-option.ts";
import { isForPeople } from "../output/output-form.ts";
import { outputOption } from "../output/print.ts";
import { listWidths, showList, type ShowOptions } from "../output/show.ts";
import { showWatch } from "../output/show-watch.ts";
import { eventView } from "../record-views.ts";
import { namedItems } from "../resources/named-items.ts";
import { getResource } from "../resources/read-resource.ts";
import { recentEvents } from "../resources/recent-events.ts";
import { resumedMessages } from "../resources/resumed-messages.ts";
import type { Change } from "../resources/watch-resource.ts";
import { objectEventView } from "../views.ts";

interface EventsOptions extends ShowOptions {
  readonly cluster?: string;
  readonly kind?: string;
  readonly subject?: string;
  readonly for?: string;
  readonly tail: number;
  readonly watch?: boolean;
}

/** `drover events --watch` is what happens in the fleet; `drover events web --cluster eu-1` what Kubernetes says of an application's objects. */
export function eventsCommand(program: Command, cli: Cli): void {
  program
    .command("events")
    .description("what happened lately in the fleet; of an application on a cluster, what Kubernetes says about its objects")
    .argument("[application]", "whose objects are meant")
    .option("--cluster <name>", "the cluster to ask; needed where the application is on several")
    .option("--kind <kinds>", "of these kinds alone, like RolloutChanged,ClusterStateChanged")
    .option("--subject <subject>", "of this alone, like clusters/ID; rollouts/ is all of them", subjectOption)
    .option("--for <kind/name>", "of this alone, like cluster/eu-1 or rollout/ID")
    .addOption(new Option("--tail <count>", "so many of the last").argParser(integerOption).default(50))
    .option("-w, --watch", "go on as they happen, until interrupted")
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async (application: string | undefined, options: EventsOptions, command: Command) => {
      const { cluster, kind, tail } = options;
      const client = clientFor(cli, command);
      const subject = options.for === undefined ? options.subject : await subjectFor(client, options.for);
      if (application !== undefined) {
        const params = await askedPlace(client, "events", application, cluster);
        const { items } = await client("getApplicationEvents", { params });
        if (items.length === 0 && isForPeople(options.output)) cli.say("No events.");
        return showList(cli, items, objectEventView, options);
      }
      const events = await recentEvents(client, { kind, subject }, tail);
      if (events.length === 0 && isForPeople(options.output)) cli.say("No events.");
      showList(cli, events, eventView, options);
      if (options.watch !== true) return undefined;
      // Lines on a terminal too: what happened does not change any more.
      const stream = streamFor(cli, command);
      const open = (after: string | undefined) => stream("watchEvents", { query: { kind, subject, after } }, false);
      const messages = resumedMessages({ open, after: events.at(-1)?.cursor, say: cli.say });
      return showWatch({ ...cli, isTerminal: false }, happening(messages), eventView, {
        ...options,
        headers: events.length === 0 && options.headers !== false,
        atLeast: listWidths(events, eventView, options),
      });
    });
}

async function* happening(messages: AsyncIterable<{ readonly data: string }>): AsyncGenerator<Change<Event>, void> {
  // Those that were there are shown already.
  yield { type: "Synced" };
  for await (const { data } of messages) {
    const event = JSON.parse(data) as Event;
    yield { type: "Added", name: event.cursor, object: event };
  }
}

/** What events call it: they name clusters by their ids. */
async function subjectFor(client: Client, text: string): Promise<string> {
  const [one] = namedItems(text, []);
  if (one?.resource.subject !== undefined) return one.resource.subject(await getResource(client, one.resource, one.name));
  throw new DroverError(
    "invalid",
    "OPTION_INVALID",
    `events: --for "${text}" is not cluster/NAME or rollout/ID; --subject takes all others`,
  );
}

function subjectOption(text: string): string {
  if (text.includes("/")) return text;
  throw new InvalidArgumentError("write it like clusters/ID or rollouts/");
}
