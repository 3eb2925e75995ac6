import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import { type Command, Option } from "commander";
import { askedPlace } from "../asked-place.ts";
import { type Cli, clientFor, streamFor } from "../cli.ts";
import { durationOption } from "../duration-option.ts";
import { integerOption } from "../integer-option.ts";
import { applicationWith, isWorkload } from "../logs/application-with.ts";
import { choosePods, containersOf, type Pod } from "../logs/choose-pods.ts";
import { followedLog } from "../logs/followed-log.ts";
import { prefixedLines } from "../logs/prefixed-lines.ts";
import { pastTime } from "../time-option.ts";

interface LogsOptions {
  readonly cluster?: string;
  readonly namespace?: string;
  readonly container?: string;
  readonly allContainers: boolean;
  readonly allPods: boolean;
  readonly prefix: boolean;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly tail?: number;
  readonly since?: number;
  readonly sinceTime?: string;
  readonly timestamps: boolean;
  readonly maxLogRequests: number;
}

/** `drover logs web --cluster eu-1`, `drover logs web deployment/web --cluster eu-1 --all-pods -f --since 10m`. */
export function logsCommand(program: Command, cli: Cli): void {
  program
    .command("logs")
    .description("what pods of an application write")
    .argument("<application>", "or a workload such as deployment/web by itself")
    .argument("[pod]", "a pod, or a workload such as deployment/web; needed where the application has several pods")
    .option("--cluster <name>", "the cluster to ask; needed where the application is on several")
    .option("-n, --namespace <name>", "of the pod; looked up when absent")
    .addOption(new Option("-c, --container <name>", "of the pod; its first one when absent").conflicts("allContainers"))
    .option("--all-containers", "of each pod, those that prepare it among them", false)
    .option("--all-pods", "of the application, or of the workload that was named", false)
    .option("--prefix", "before each line, of which pod and container it is; so without it where there are several", false)
    .option("-f, --follow", "go on as lines are written", false)
    .option("-p, --previous", "of the container's run before this one", false)
    .option("--tail <lines>", "only so many of the last lines of each container (1000)", integerOption)
    .addOption(
      new Option("--since <duration>", "only what was written within it, like 10m").argParser(durationOption).conflicts("sinceTime"),
    )
    .option("--since-time <time>", "only what was written since then, like 2026-11-21T08:00:00Z", pastTime)
    .option("--timestamps", "with the time of each line", false)
    .option("--max-log-requests <count>", "with --follow: no more containers at once", integerOption, 5)
    .action(async (application: string, name: string | undefined, options: LogsOptions, command: Command) => {
      const { namespace, allPods: all } = options;
      const client = clientFor(cli, command);
      const isAlone = name === undefined && isWorkload(application);
      const params = isAlone
        ? await applicationWith(client, application, options.cluster)
        : await askedPlace(client, "logs", application, options.cluster);
      const pods = await choosePods(client, params, { name: isAlone ? application : name, namespace, all });
      const sources = await sourcesOf(client, params, pods, options);
      if (options.follow && sources.length > options.maxLogRequests)
        throw new DroverError(
          "invalid",
          "OPTION_INVALID",
          `follow ${sources.length} containers: that is more than ${options.maxLogRequests} at once; name fewer, or allow it with --max-log-requests`,
        );
      const read = async ({ pod, container }: Source): Promise<void> => {
        const query = { pod: pod.name, namespace: pod.namespace, container, ...howOf(options) };
        const stream = streamFor(cli, command);
        const pieces = options.follow
          ? followedLog((headers) => stream("getApplicationLogs", { params, query, headers }, false), cli.say)
          : stream("getApplicationLogs", { params, query }, true);
        const isPrefixed = options.prefix || sources.length > 1;
        const lead = `[pod/${pod.name}${container === undefined ? "" : `/${container}`}] `;
        for await (const text of isPrefixed ? prefixedLines(pieces, lead) : pieces) cli.out(text);
      };
      if (options.follow) return void (await Promise.all(sources.map(read)));
      for (const source of sources) await read(source);
    });
}

interface Source {
  readonly pod: Pod;
  /** The pod's first one when absent. */
  readonly container: string | undefined;
}

async function sourcesOf(
  client: Client,
  place: { readonly cluster: string; readonly application: string },
  pods: readonly Pod[],
  { container, allContainers }: LogsOptions,
): Promise<readonly Source[]> {
  if (!allContainers) return pods.map((pod) => ({ pod, container }));
  const sources: Source[] = [];
  for (const pod of pods) for (const one of await containersOf(client, place, pod)) sources.push({ pod, container: one });
  return sources;
}

const howOf = ({ follow, previous, tail: tailLines, since, sinceTime, timestamps }: LogsOptions) => ({
  follow,
  previous,
  tailLines,
  sinceSeconds: since === undefined ? undefined : Math.max(1, Math.ceil(since / 1000)),
  sinceTime,
  timestamps: timestamps || undefined,
});
