import type { RolloutRow } from "../memory/rows.ts";
import type { Watch } from "./watch.ts";

/** A rollback that is done has returned every cluster that is its to return, and what it took back comes to nobody any more. */
export const watchRollbacks: Watch = (world) => {
  const { database } = world;
  const fail = (message: string): void => world.fail("rollbacks return everybody, and what they refuse stays refused", message);

  const checkReturned = ({ id, application, environment }: RolloutRow): void => {
    const rollback = [...database.rollouts.all()].find(({ rollsBack }) => rollsBack === id);
    for (const { clusterId, previous, state } of database.targets.of(id)) {
      const goal = database.goals.get(`${application} ${environment} ${clusterId}`);
      const isReturned = database.targets.get(`${rollback?.id} ${clusterId}`)?.state;
      if (previous === undefined || goal?.rolloutId !== rollback?.id || state === "left" || isReturned === "skipped") continue;
      const has = database.assignments.get(`${clusterId} ${application}`)?.content;
      if (has?.digest !== previous.digest)
        fail(`rollout ${id} is rolled back, and ${world.nameOf(clusterId)} has ${has?.revision}, not ${previous.revision}`);
    }
  };

  return {
    committed(changes) {
      for (const { table, before, after } of changes) {
        if (table !== "rollouts") continue;
        const [was, is] = [before as RolloutRow | undefined, after as RolloutRow];
        if (was?.phase === "RollingBack" && is.phase === "RolledBack") checkReturned(is);
        if (was !== undefined || is.kind === "Rollback") continue;
        const refused = database.quarantines
          .of(is.application)
          .find(({ kind, state, revision }) => kind === "Revision" && state !== "Lifted" && revision === is.revision);
        if (refused !== undefined) fail(`rollout ${is.id} begins with ${is.revision}, which ${refused.id} refuses`);
      }
    },
    planned({ id, rollout: { kind, quarantined } }, { decisions }) {
      const dispatched = decisions.find((decision) => decision.kind === "dispatch");
      if (dispatched !== undefined && quarantined !== undefined && kind === "Rollout")
        fail(`rollout ${id} gave ${world.nameOf(dispatched.clusterId)} the refused ${quarantined.revision}`);
    },
  };
};
