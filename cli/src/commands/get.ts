import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { formatList, formatOne, type OutputForm, outputOption, type View } from "../output/print.ts";
import { quarantinesOf, quarantineView, theQuarantine } from "../quarantines.ts";
import { applicationView, clusterView, environmentView, releaseView, removalView, rolloutView } from "../views.ts";

interface Filters {
  readonly selector?: string;
  readonly application?: string;
  readonly environment?: string;
}

interface GetOptions extends Filters {
  readonly output?: OutputForm;
  readonly headers: boolean;
}

interface Resource<Item = unknown> {
  readonly names: readonly string[];
  readonly view: View<Item>;
  readonly list: (client: Client, filters: Filters) => Promise<readonly Item[]>;
  readonly one: (client: Client, name: string) => Promise<Item>;
}

const resource = <Item>(of: Resource<Item>): Resource => of as unknown as Resource;

const resources: readonly Resource[] = [
  resource({
    names: ["clusters", "cluster", "cl"],
    view: clusterView,
    list: (client, { selector }) =>
      allPages((pageToken) => client("listClusters", { query: { labels: selector, pageSize: 500, pageToken } })),
    one: (client, cluster) => client("getCluster", { params: { cluster } }),
  }),
  resource({
    names: ["applications", "application", "app", "apps"],
    view: applicationView,
    list: (client) => allPages((pageToken) => client("listApplications", { query: { pageSize: 500, pageToken } })),
    one: (client, application) => client("getApplication", { params: { application } }),
  }),
  resource({
    names: ["environments", "environment", "env", "envs"],
    view: environmentView,
    list: (client) => allPages((pageToken) => client("listEnvironments", { query: { pageSize: 500, pageToken } })),
    one: (client, environment) => client("getEnvironment", { params: { environment } }),
  }),
  resource({
    names: ["releases", "release", "rel"],
    view: releaseView,
    list: (client, { application }) =>
      allPages((pageToken) => client("listReleases", { query: { application, pageSize: 500, pageToken } })),
    one: (client, release) => client("getRelease", { params: { release } }),
  }),
  resource({
    names: ["rollouts", "rollout", "ro"],
    view: rolloutView,
    list: (client, { application, environment }) =>
      allPages((pageToken) => client("listRollouts", { query: { application, environment, pageSize: 500, pageToken } })),
    one: (client, rollout) => client("getRollout", { params: { rollout } }),
  }),
  resource({
    names: ["quarantines", "quarantine"],
    view: quarantineView,
    list: (client, { application }) => quarantinesOf(client, application),
    one: async (client, id) => theQuarantine(await quarantinesOf(client, undefined), id),
  }),
  resource({
    names: ["removals", "removal"],
    view: removalView,
    list: (client) => allPages((pageToken) => client("listRemovals", { query: { pageSize: 500, pageToken } })),
    one: async (client, name) => {
      const removals = await allPages((pageToken) => client("listRemovals", { query: { pageSize: 500, pageToken } }));
      const found = removals.find((removal) => removalView.name(removal) === name);
      if (found !== undefined) return found;
      throw new DroverError("not-found", "REMOVAL_NOT_FOUND", `removal ${name}: there is none under way; it may be done`);
    },
  }),
];

/** `drover get clusters`, `drover get cluster eu-1`, `drover get cluster/eu-1`. */
export function getCommand(program: Command, cli: Cli): void {
  program
    .command("get")
    .description(`show resources: ${resources.map(({ names }) => names[0]).join(", ")}`)
    .argument("<resource>", "what, or what/name")
    .argument("[name]", "one of them")
    .addOption(outputOption())
    .option("-l, --selector <labels>", "clusters with these labels, like region=eu")
    .option("--application <name>", "releases, rollouts and quarantines of this application")
    .option("-e, --environment <name>", "rollouts in this environment")
    .option("--no-headers", "rows only")
    .action(async (what: string, name: string | undefined, options: GetOptions, command: Command) => {
      const [kind = "", inner] = what.split("/", 2);
      const found = resources.find(({ names }) => names.includes(kind));
      if (!found)
        throw new DroverError(
          "invalid",
          "RESOURCE_UNKNOWN",
          `there is no resource "${kind}": choose one of ${resources.map(({ names }) => names[0]).join(", ")}`,
        );
      const client = clientFor(cli, command);
      const wanted = inner ?? name;
      if (wanted !== undefined) return cli.out(formatOne(await found.one(client, wanted), found.view, options));
      const items = await found.list(client, options);
      if (items.length === 0 && (options.output === undefined || options.output === "wide")) cli.say(`No ${found.names[0]} found.`);
      cli.out(formatList(items, found.view, options));
    });
}
