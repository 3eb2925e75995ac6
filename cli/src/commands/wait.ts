import { setTimeout as delay } from "node:timers/promises";
import { DroverError } from "@drover/kit";
import { type Client, healthOf, type Placement, statesOf, syncOf } from "@drover/proto/rest";
import type { Command } from "commander";
import { askPatiently } from "../ask-patiently.ts";
import { type Cli, clientFor } from "../cli.ts";
import { timeoutOption } from "../duration-option.ts";
import { placementPages } from "../placements/load-placements.ts";
import { parseGoal } from "../wait/goal.ts";
import { refuseUnknownWord } from "../wait/known-words.ts";
import { type NamedItem, namedItems, namesGiven } from "../resources/named-items.ts";
import { getResource, listResource, queryFor } from "../resources/read-resource.ts";
import type { Resource } from "../resources/resource.ts";

const pollMs = 500;

interface WaitOptions {
  readonly for: string;
  readonly environment?: string;
  readonly selector?: string;
  readonly all?: boolean;
  readonly timeout: number;
}

/** `drover wait rollout/ID --for=phase=Completed`, `drover wait clusters -l tier=production --for=state=Connected`, `--for=delete`. */
export function waitCommand(program: Command, cli: Cli): void {
  program
    .command("wait")
    .description("wait until something is so; exit status 1 when it is not in time, or can no longer be")
    .argument("<resource>", "what, or what/name")
    .argument("[names...]", "which ones, where it was not said already")
    .requiredOption("--for <goal>", "condition=WORD, FIELD=VALUE like phase=Completed, jsonpath={.path}=VALUE, or delete")
    .option(
      "-e, --environment <name>",
      "of an application in this environment, and not in all of its: Healthy once every cluster proved it",
    )
    .option("-l, --selector <labels>", "all of clusters with these labels that are there now, like region=eu")
    .option("--all", "all that are there now")
    .addOption(timeoutOption("how long, for all of them", "5m"))
    .action(async (what: string, words: readonly string[], options: WaitOptions, command: Command) => {
      const goal = parseGoal(options.for);
      const client = clientFor(cli, command);
      const items = await itemsMeant(client, { what, words, options, command });
      for (const { resource } of items) refuseUnknownWord(options.for, resource, judgesPlaces(resource, options));
      const deadline = performance.now() + options.timeout;
      const waits = items.map(({ resource, name }) =>
        waitFor(cli, {
          title: `${resource.view.kind}/${name}`,
          load: () => load(client, resource, name, options),
          goal,
          deadline,
          options,
        }),
      );
      const [failed, ...others] = (await Promise.allSettled(waits)).flatMap((wait) => (wait.status === "rejected" ? [wait.reason] : []));
      for (const error of others) cli.say(`error: ${error instanceof Error ? error.message : String(error)}`);
      if (failed !== undefined) throw failed;
    });
}

interface Asked {
  readonly what: string;
  readonly words: readonly string[];
  readonly options: WaitOptions;
  readonly command: Command;
}

async function itemsMeant(client: Client, { what, words, options, command }: Asked): Promise<readonly NamedItem[]> {
  const { selector, all } = options;
  if (namesGiven(what, words)) return namedItems(what, words);
  const [{ resource }] = namedItems(what, [""]) as [NamedItem];
  const { kind } = resource.view;
  if (selector === undefined && all !== true)
    return command.error(`error: say which ${kind}: drover wait ${kind}/NAME, or -l LABELS, or --all`);
  const { items } = await listResource(client, resource, queryFor(resource, { labels: selector }));
  if (items.length === 0) throw new DroverError("not-found", "RESOURCE_NOT_FOUND", `wait for ${resource.name}: there is none to wait for`);
  return items.map((item) => ({ resource, name: resource.view.name(item) }));
}

interface Waiting {
  readonly title: string;
  readonly load: () => Promise<unknown>;
  readonly goal: ReturnType<typeof parseGoal>;
  readonly deadline: number;
  readonly options: WaitOptions;
}

async function waitFor(cli: Cli, { title, load: once, goal, deadline, options }: Waiting): Promise<void> {
  const ask = askPatiently(once, { say: cli.say, deadline });
  for (;;) {
    const verdict = goal(await ask());
    if (verdict.kind === "met") return cli.out(`${title} ${verdict.because}\n`);
    if (verdict.kind === "impossible")
      throw new DroverError("wrong-state", "WAIT_IN_VAIN", `wait for ${title}: ${verdict.because}, and stays so`);
    if (performance.now() > deadline)
      throw new DroverError(
        "timeout",
        "WAIT_TIMEOUT",
        `wait for ${title}: ${verdict.because} after ${Math.round(options.timeout / 1000)} s`,
      );
    await delay(pollMs);
  }
}

/** Of an application by itself there is only its file; how it is stands in its placements. */
const judgesPlaces = ({ view: { kind } }: Resource, { environment, for: goal }: WaitOptions): boolean =>
  environment !== undefined || kind === "placement" || (kind === "application" && /^(condition|health|sync)=/.test(goal));

/** Undefined when it is gone. */
async function load(client: Client, resource: Resource, name: string, options: WaitOptions): Promise<unknown> {
  const { environment } = options;
  try {
    if (environment !== undefined) return withWords(await client("getPlacement", { params: { application: name, environment } }));
    if (resource.view.kind === "application" && judgesPlaces(resource, options)) return await statesEverywhere(client, name);
    const item = await getResource(client, resource, name);
    return resource.view.kind === "placement" ? withWords(item as Placement) : item;
  } catch (error) {
    if (error instanceof DroverError && error.kind === "not-found") return undefined;
    throw error;
  }
}

async function statesEverywhere(client: Client, application: string): Promise<object> {
  const places: Placement[] = [];
  for await (const page of placementPages(client, { application })) places.push(...page);
  return statesOf(places);
}

/** Those that `get placements` shows. */
const withWords = (placement: Placement): object => ({ ...placement, health: healthOf(placement), sync: syncOf(placement) });
