import { expect, test } from "vitest";
import { parseFleetFile } from "./parse-fleet-file.ts";

function problemsOf(yaml: string): readonly string[] {
  const parsed = parseFleetFile("strategies/careful.yaml", yaml);
  const problems = "problems" in parsed ? parsed.problems : [];
  return problems.map(({ line, code, message }) => `${line} ${code} ${message}`);
}

test.each([
  "maxConcurrency: 100%\nmaxFailures: 0\n",
  "progressDeadline: 1s\ndegradedGracePeriod: 0s\n",
  "waves: [{ name: others, clusters: [a] }]\nautoWaves: { size: 1 }\n",
])("takes %s", (yaml) => expect(problemsOf(yaml)).toEqual([]));

test.each([
  { name: "no cluster at a time", yaml: "maxConcurrency: 0\n", problem: /^1 FLEET_\w+ .*maxConcurrency/ },
  { name: "no share of the clusters at a time", yaml: "maxConcurrency: 0%\n", problem: /maxConcurrency/ },
  { name: "more than all of them", yaml: "maxFailures: 200%\n", problem: /maxFailures/ },
  { name: "fewer than none", yaml: "maxOffline: -1\n", problem: /maxOffline/ },
  { name: "automatic waves of nothing", yaml: "autoWaves: { size: 0 }\n", problem: /size/ },
  {
    name: "a deadline that nothing can keep",
    yaml: "progressDeadline: 0s\n",
    problem: "1 FLEET_DURATION_INVALID every cluster would be late: progressDeadline has to be 1s at least",
  },
  { name: "two waves of one name", yaml: "waves: [{ name: a }, { name: a }]\n", problem: /an earlier wave is called "a"/ },
])("refuses $name", ({ yaml, problem }) => {
  const problems = problemsOf(yaml);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
});
