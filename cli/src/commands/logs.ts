import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor, streamFor } from "../cli.ts";
import { integerOption } from "../integer-option.ts";

interface LogsOptions {
  readonly cluster: string;
  readonly namespace?: string;
  readonly container?: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly tail?: number;
}

interface Pod {
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** `drover logs web --cluster eu-1`, `drover logs web web-7c9f-x2 --cluster eu-1 -f --tail 50`. */
export function logsCommand(program: Command, cli: Cli): void {
  program
    .command("logs")
    .description("what a pod of an application writes")
    .argument("<application>")
    .argument("[pod]", "needed where the application has several")
    .requiredOption("--cluster <name>", "the cluster to ask")
    .option("-n, --namespace <name>", "of the pod; looked up when absent")
    .option("-c, --container <name>", "of the pod; its first one when absent")
    .option("-f, --follow", "go on as lines are written", false)
    .option("-p, --previous", "of the container's run before this one", false)
    .option("--tail <lines>", "only so many of the last lines (1000)", integerOption)
    .action(async (application: string, name: string | undefined, options: LogsOptions, command: Command) => {
      const { cluster, container, follow, previous, tail: tailLines } = options;
      const params = { cluster, application };
      const pod =
        name !== undefined && options.namespace !== undefined
          ? { name, namespace: options.namespace }
          : await choosePod(clientFor(cli, command), params, name);
      const query = { pod: pod.name, namespace: pod.namespace, container, follow, previous, tailLines };
      for await (const text of streamFor(cli, command)("getApplicationLogs", { params, query }, !follow)) cli.out(text);
    });
}

async function choosePod(client: Client, params: { cluster: string; application: string }, name: string | undefined): Promise<Pod> {
  const { nodes } = await client("getApplicationTree", { params });
  const pods = nodes.filter((node) => node.group === "" && node.kind === "Pod" && (name === undefined || node.name === name));
  const [pod] = pods;
  if (pod !== undefined && pods.length === 1) return pod;
  const names = pods.map((one) => `${one.namespace ?? ""}/${one.name}`);
  throw new DroverError(
    "invalid",
    "POD_UNCLEAR",
    names.length === 0
      ? `read logs: ${params.application} has no ${name === undefined ? "pod" : `pod ${name}`} on ${params.cluster}; see \`drover tree\``
      : `read logs: name one of ${names.join(", ")}`,
  );
}
