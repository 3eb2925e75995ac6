import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** More than half a minute each on two cores. Begun last they would end alone, with the other workers idle. */
const long = [
  "scenarios",
  "readme",
  "rollout-crash",
  "agent-crash",
  "console-pages",
  "console-hostile",
  "console-dialogs",
  "cli",
  "cli-commands",
  "console-stories",
  "console-size",
  "api-fuzz",
  "agent-prune-histories",
  "rollback-crash",
  "notifications-crash",
  "console-demo",
  "server-chart-install",
  "agent-chart-install",
  "removal-guide",
].map((name) => `${name}.test.ts`);

/** The order in which workers take files: a clean clone remembers no durations, and their size says little. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const groups = Map.groupBy(sorted, ({ project }) => project.name);
    return [...groups.values()].flatMap((group) => group.toSorted((a, b) => rank(a) - rank(b)));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const found = long.indexOf(basename(moduleId));
  return found === -1 ? long.length : found;
}
