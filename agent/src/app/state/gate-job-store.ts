import { parseJson, toDroverError } from "@drover/kit";
import type { JobStatus } from "@drover/proto/wire";
import { type SecretRecords, stateLabel } from "./secret-records.ts";

/** A gate's Job that was made here, or refused, and is not forgotten yet. */
export interface GateJobRun extends JobStatus {
  readonly namespace: string;
  /** As whom it was made; empty: the agent itself. */
  readonly user: string;
  /** Of the Job; empty when it was refused. */
  readonly uid: string;
}

const name = "drover-gate-jobs";

/** Which Jobs of gates have run. A restart must neither run one again nor forget to delete one. */
export class GateJobStore {
  readonly #records: SecretRecords;
  #resourceVersion: string | undefined;

  constructor(records: SecretRecords) {
    this.#records = records;
  }

  async load(signal: AbortSignal): Promise<readonly GateJobRun[]> {
    const stored = await this.#records.read(name, signal);
    this.#resourceVersion = stored?.resourceVersion;
    return runsOf(stored?.data["runs"]);
  }

  /** Throws KUBE_STALE when another process of this agent has written since. */
  async save(runs: readonly GateJobRun[], signal: AbortSignal): Promise<void> {
    const record = { name, data: { runs: Buffer.from(JSON.stringify(runs)) }, labels: { [stateLabel]: "gate-jobs" } };
    try {
      this.#resourceVersion = await this.#records.write(record, this.#resourceVersion, signal);
    } catch (thrown) {
      // A write whose answer was lost looks the same as somebody else's; the next attempt starts from what is stored.
      if (toDroverError(thrown).kind !== "unavailable") this.#resourceVersion = (await this.#records.read(name, signal))?.resourceVersion;
      throw thrown;
    }
  }
}

/** What somebody spoilt is as good as nothing: Jobs are found again by their names. */
function runsOf(bytes: Buffer | undefined): readonly GateJobRun[] {
  try {
    const runs = parseJson(bytes?.toString() ?? "[]") as unknown;
    return Array.isArray(runs) ? (runs as readonly GateJobRun[]) : [];
  } catch {
    return [];
  }
}
