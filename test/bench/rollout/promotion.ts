import { notYet, right, waitUntil } from "@drover/demo";
import type { Answer, Client } from "@drover/proto/rest";
import { cpuMicros } from "../harness/process-cpu.ts";
import type { Installation } from "../installation/start-installation.ts";
import type { AgentThreads } from "./agent-threads.ts";
import type { Place } from "./fleet-files.ts";
import type { Floor } from "./floor.ts";

/** What one promotion took, in milliseconds. */
export interface Sample {
  /** From the promotion's commit to each agent's committed acknowledgement. */
  readonly acknowledged: readonly number[];
  /** The API call, which answers when the commit is projected. */
  readonly call: number;
  /** From the promotion's commit to the end of the rollout. */
  readonly completed: number;
  /** Of the control plane's process, from before the call until the rollout is Completed. */
  readonly cpuMicros: number;
  readonly floor: readonly number[];
}

const deadlineMs = 60_000;

/** Promotes a revision and checks that every agent, and whoever asks the API, has it. */
export function createPromoting(
  { api, controlPlane }: Installation,
  agents: AgentThreads,
  floor: Floor,
  { application, environment }: Place,
  signal: AbortSignal,
) {
  const cpu = (): Promise<number> => cpuMicros(controlPlane.pid() as number);
  return async (revision: string): Promise<Sample> => {
    const cpuBefore = await cpu();
    const acknowledging = agents.acknowledged(revision);
    acknowledging.catch(() => {}); // told below, also when the call fails first
    const called = performance.now();
    const { id } = await api("createPromotion", { body: { application, environment, revision, reason: "a measurement" } });
    const call = performance.now() - called;

    const ends = await acknowledging;
    await assertVisible(api, { application, environment }, agents.count, revision);
    const { finishedAt } = await untilCompleted(api, { application, environment }, revision, signal);
    const { settledAt } = await api("getPromotion", { params: { promotion: id } });
    // PostgreSQL's time of the transaction by which the promotion's commit came into force: its beginning, hence a little early.
    const start = Date.parse(settledAt as string);
    return {
      acknowledged: ends.map((at) => at - start),
      call,
      completed: Date.parse(finishedAt as string) - start,
      cpuMicros: (await cpu()) - cpuBefore,
      floor: await floor(),
    };
  };
}

/** At the first look: what an agent was answered has to be what everybody reads. */
async function assertVisible(api: Client, { application, environment }: Place, agents: number, revision: string): Promise<void> {
  const seen = new Set<string>();
  let pageToken: string | undefined;
  do {
    const page: Answer<"listStatuses"> = await api("listStatuses", { query: { application, environment, pageSize: 200, pageToken } });
    for (const { cluster, current, revision: shown, health, sync } of page.items)
      if (current && shown === revision && health === "Healthy" && sync === "Synced") seen.add(cluster);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  if (seen.size !== agents) throw new Error(`the API shows ${seen.size} of ${agents} acknowledgements of ${revision}`);
}

export const untilCompleted = (api: Client, { application, environment }: Place, revision: string, signal: AbortSignal) =>
  waitUntil({
    expected: `the rollout of ${revision} is Completed`,
    withinMs: deadlineMs,
    signal,
    look: async () => {
      const [rollout] = (await api("listRollouts", { query: { application, environment, pageSize: 1 } })).items;
      if (rollout?.revision !== revision || rollout.phase !== "Completed") return notYet(`${rollout?.revision} is ${rollout?.phase}`);
      return right(rollout);
    },
  });
