import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "@drover/cli/connection";
import { chooseTarget, contextPath } from "@drover/cli/contexts";
import { DroverError, errorChain } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import { agentBundle } from "./clusters/agent-bundle.ts";
import { agentEnded } from "./clusters/agent-end.ts";
import { startAgent } from "./clusters/agent-process.ts";
import { startMemoryClusters } from "./clusters/memory-clusters.ts";
import { memoryIdentity } from "./clusters/memory-identity.ts";
import { notYet, right, waitUntil } from "./wait-until.ts";

// ./drover agent: the agent of one cluster, run on this machine. Status 0: stopped by Ctrl-C; 1: it failed; 2: wrong options.

const usage = `Usage: ./drover agent CLUSTER (--kubeconfig FILE | --in-memory)

Runs a cluster's agent on this machine until Ctrl-C, for a cluster that \`drover cluster add\` has registered. To stay, an agent
belongs into its cluster: charts/drover-agent installs it there.

      --kubeconfig FILE   the cluster, by a kubeconfig file whose context is its administrator's
      --in-memory         a cluster in memory, to try things out: workloads become ready, or fail as a real one's would. It ends with its agent, and
                          is the same cluster, empty, when this is started again
      --token TOKEN       enrol with this one; otherwise the server of the current context is asked for one
  -h, --help              this text
`;

interface Options {
  readonly cluster: string;
  readonly access: { readonly kind: "memory" } | { readonly kind: "kubeconfig"; readonly file: string };
  readonly token: string | undefined;
}

const connectDeadlineMs = 60_000;
const requestTimeoutMs = 30_000;

function parse(args: readonly string[]): Options | "help" {
  const { values, positionals } = parsed(args);
  if (values.help === true) return "help";
  const [cluster, ...more] = positionals;
  if (cluster === undefined || more.length > 0 || !/^[a-z0-9-]+$/.test(cluster))
    throw refusal("name one cluster, as `drover cluster add` registered it");
  const file = values.kubeconfig;
  if ((file === undefined) === (values["in-memory"] !== true)) throw refusal("give either --kubeconfig FILE or --in-memory");
  return { cluster, token: values.token, access: file === undefined ? { kind: "memory" } : { kind: "kubeconfig", file: resolve(file) } };
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { kubeconfig: text, "in-memory": { type: "boolean" }, token: text, help: { type: "boolean", short: "h" } } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (cause) {
    throw refusal((cause as Error).message);
  }
}

const refusal = (message: string): DroverError => new DroverError("invalid", "OPTION_INVALID", message);

async function run({ cluster, access, token }: Options, signal: AbortSignal): Promise<void> {
  const target = chooseTarget({}, process.env);
  const api = connect({ requestTimeout: requestTimeoutMs }, process.env, () => {});
  if (target.caFile === undefined) throw refusal("the context has no CA file: set it with `drover config set-context --ca-file`");
  const folder = await mkdtemp(join(tmpdir(), `drover-agent-${cluster}-`));
  const enrolment = { apiUrl: target.server, caFile: target.caFile, token: token ?? (await tokenFor(api, cluster)) };
  const plan = { name: cluster, environment: "staging", wave: undefined, kind: "memory", labels: {} } as const;
  const startInMemory = async () =>
    startMemoryClusters([plan], folder, signal, new Map([[cluster, await memoryIdentity(dirname(contextPath(process.env)), cluster)]]));
  const memory = access.kind === "memory" ? await startInMemory() : undefined;
  const agentAccess = access.kind === "memory" ? memory?.clusters[0]?.agentAccess : { DROVER_KUBECONFIG: access.file };
  const agent = startAgent({
    bundle: await agentBundle(),
    cluster: { plan, agentAccess: agentAccess ?? {} },
    enrolment,
    logFolder: folder,
  });
  const failed = agent.ended.then((how): never => {
    throw agentEnded({ cluster, how, lastWords: agent.lastWords() });
  });
  failed.catch(() => undefined); // also where nobody waits for it
  try {
    const connected = waitUntil({
      expected: `${cluster} is connected`,
      withinMs: connectDeadlineMs,
      signal,
      look: async () => {
        const { state } = await api("getCluster", { params: { cluster } });
        return state === "Connected" ? right(undefined) : notYet(`it is ${state}`);
      },
    });
    await Promise.race([connected, failed]);
    process.stdout.write(`cluster/${cluster} is connected. The agent runs until Ctrl-C; its log: ${folder}/agent-${cluster}.log\n`);
    await Promise.race([failed, once(signal, "abort")]);
  } finally {
    await agent.stop();
    await memory?.stop();
    if (signal.aborted) await rm(folder, { recursive: true, force: true });
  }
}

async function tokenFor(api: Client, cluster: string): Promise<string> {
  const { token } = await api("createEnrolmentToken", { params: { cluster }, body: { ttl: "10m" } });
  return token;
}

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => controller.abort());
try {
  const options = parse(process.argv.slice(2));
  if (options === "help") process.stdout.write(usage);
  else await run(options, controller.signal);
} catch (error) {
  if (!controller.signal.aborted) {
    process.stderr.write(`drover agent: ${errorChain(error)}\n`);
    process.exit(error instanceof DroverError && error.kind === "invalid" ? 2 : 1);
  }
}
// Explicitly: a keep-alive connection must not hold the process.
process.exit(0);
