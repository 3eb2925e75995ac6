import { isNewer } from "@drover/proto/wire";
import type { AssignmentRow, EnvelopeRow } from "../memory/rows.ts";
import type { Watch } from "./watch.ts";

/** Generations and envelopes only rise, one generation stands for one content, and agents apply nothing that was not issued to them. */
export const watchGenerations: Watch = (world) => {
  const issued = new Map<string, string>();
  const places = new Map<string, { readonly epoch: number; readonly sequence: number }>();
  const applied = new Map<string, number>();
  const fail = (message: string): void => world.fail("generations only rise, and mean one content", message);

  const assignmentChanged = (key: string, before: AssignmentRow | undefined, after: AssignmentRow): void => {
    if (before !== undefined && after.generation < before.generation)
      fail(`assignment ${key} fell from ${before.generation} to ${after.generation}`);
    const name = `${key} ${after.generation}`;
    const known = issued.get(name);
    if (known !== undefined && known !== after.content.bundle) fail(`generation ${name} was ${known} and is ${after.content.bundle}`);
    issued.set(name, after.content.bundle);
  };
  const envelopeChanged = (before: EnvelopeRow | undefined, after: EnvelopeRow): void => {
    if (before !== undefined && isNewer(before, after)) fail(`the envelope of ${after.clusterId} fell back`);
    if (after.sequence < after.publishedSequence && after.epoch === after.publishedEpoch)
      fail(`${after.clusterId} was sent a later envelope`);
  };

  return {
    committed(changes) {
      const placed = new Set(changes.flatMap(({ table, key }) => (table === "envelopes" ? [key] : [])));
      for (const { table, key, before, after } of changes) {
        if (after === undefined) continue;
        if (table === "assignments" && isOther(before as AssignmentRow | undefined, after as AssignmentRow)) {
          const { clusterId } = after as AssignmentRow;
          if (!placed.has(clusterId)) fail(`assignment ${key} changed, and the envelope of ${world.nameOf(clusterId)} keeps its place`);
        }
        if (table === "assignments") assignmentChanged(key, before as AssignmentRow | undefined, after as AssignmentRow);
        if (table === "envelopes") envelopeChanged(before as EnvelopeRow | undefined, after as EnvelopeRow);
      }
    },
    accepted({ name, held }) {
      const before = places.get(name);
      if (held === undefined) return;
      if (before !== undefined && isNewer(before, held))
        fail(`agent ${name} went back from (${before.epoch}, ${before.sequence}) to (${held.epoch}, ${held.sequence})`);
      places.set(name, { epoch: held.epoch, sequence: held.sequence });
    },
    applying({ name, cluster }, application, { generation, bundle }) {
      const key = `${cluster} ${application}`;
      const last = applied.get(key) ?? 0;
      if (generation < last) fail(`agent ${name} applies generation ${generation} of ${application} after ${last}`);
      applied.set(key, generation);
      if (issued.get(`${key} ${generation}`) !== bundle) fail(`agent ${name} applies ${bundle}, which generation ${generation} is not`);
    },
  };
};

/** Whether the cluster's envelope says something else now. */
const isOther = (before: AssignmentRow | undefined, after: AssignmentRow): boolean =>
  before?.generation !== after.generation || before.state !== after.state || before.content.revision !== after.content.revision;
