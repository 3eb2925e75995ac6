import fc from "fast-check";
import { expect, test } from "vitest";
import { promotionCircles } from "./promotion-circles.ts";
import { validateFleet } from "./validate-fleet.ts";

const id = (letter: string): string => letter.repeat(26);

/** A fleet without a fault; tests add to it or replace a part. */
const sound: Readonly<Record<string, string>> = {
  "drover.yaml": "apiVersion: drover.dev/v1\n",
  "README.md": "# Our fleet",
  "applications/web.yaml": "source: { repository: https://git.example/web.git }\nvalues: { replicas: 1 }\n",
  "environments/staging.yaml": "clusterSelector: { matchLabels: { env: staging } }\n",
  "environments/production.yaml":
    "clusterSelector: { matchLabels: { env: production } }\npromotesFrom: [staging]\nstrategy: careful\nvalues: { replicas: 3 }\n",
  "strategies/careful.yaml": "maxFailures: 0\n",
  "clusters/s1.yaml": `id: ${id("a")}\nlabels: { env: staging }\n`,
  "clusters/p1.yaml": `id: ${id("b")}\nlabels: { env: production }\n`,
  "pins/production/web.yaml": "revision: abc\n",
};

function problemsOf(changes: Readonly<Record<string, string | undefined>>): readonly string[] {
  const files = Object.entries({ ...sound, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return validateFleet(new Map(files)).problems.map(
    ({ severity, path, line, column, code, message }) => `${severity} ${path}:${line}:${column} ${code} ${message}`,
  );
}

test("a sound fleet has no problems, and its objects are all there", () => {
  const { objects, problems } = validateFleet(new Map(Object.entries(sound)));
  expect(problems).toEqual([]);
  expect(objects.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual([
    "Application web",
    "Cluster p1",
    "Cluster s1",
    "Environment production",
    "Environment staging",
    "Fleet drover",
    "Pin production/web",
    "Strategy careful",
  ]);
});

test.each([
  {
    name: "a strategy that is not there",
    changes: { "strategies/careful.yaml": undefined },
    problems: [
      'error environments/production.yaml:3:11 FLEET_REFERENCE_MISSING there is no strategy "careful": correct the name or add strategies/careful.yaml',
    ],
  },
  {
    name: "a canary that is not there",
    changes: { "strategies/careful.yaml": "waves: [{ name: canary, clusters: [p1, p9] }]\n" },
    problems: [
      'warning strategies/careful.yaml:1:40 FLEET_REFERENCE_MISSING there is no cluster "p9": correct the name or add clusters/p9.yaml',
    ],
  },
  {
    name: "an environment to promote from that is not there, at the pin and at the environment",
    changes: { "environments/staging.yaml": undefined, "pins/staging/web.yaml": "revision: abc\n" },
    problems: [
      'error environments/production.yaml:2:16 FLEET_REFERENCE_MISSING there is no environment "staging": correct the name or add environments/staging.yaml',
      'error pins/staging/web.yaml:1:1 FLEET_REFERENCE_MISSING there is no environment "staging": correct the name or add environments/staging.yaml',
    ],
  },
  {
    name: "an application that a tracking environment names",
    changes: { "environments/staging.yaml": "clusterSelector: {}\ntrack: head\napplications: [web, wbe]\n" },
    problems: [
      'error environments/staging.yaml:3:21 FLEET_REFERENCE_MISSING there is no application "wbe": correct the name or add applications/wbe.yaml',
    ],
  },
  {
    name: "a project",
    changes: { "clusters/p1.yaml": `id: ${id("b")}\nproject: shop\nlabels: { env: production }\n` },
    problems: [
      'error clusters/p1.yaml:2:10 FLEET_REFERENCE_MISSING there is no project "shop": correct the name or add projects/shop.yaml',
    ],
  },
  {
    name: "a cluster that was removed, without holding up the pin of the others",
    changes: { "pins/production/web.yaml": "revision: abc\nclusters:\n  p9: { revision: aaa }\n" },
    problems: [
      'warning pins/production/web.yaml:3:3 FLEET_REFERENCE_MISSING there is no cluster "p9": correct the name or add clusters/p9.yaml',
    ],
  },
  {
    name: "two files of one name, as both",
    changes: { "applications/shop/web.yml": "source: { repository: https://git.example/other.git }\n" },
    problems: [
      'error applications/shop/web.yml:1:1 FLEET_DUPLICATE_NAME applications/web.yaml also says what application "web" is: keep one of the files',
      'error applications/web.yaml:1:1 FLEET_DUPLICATE_NAME applications/shop/web.yml also says what application "web" is: keep one of the files',
    ],
  },
  {
    name: "two clusters of one id, as both",
    changes: { "clusters/p2.yaml": `id: ${id("b")}\nlabels: { env: production }\n` },
    problems: [
      "error clusters/p1.yaml:1:5 FLEET_CLUSTER_ID_DUPLICATE the id is also that of clusters/p2.yaml: a cluster has one file",
      "error clusters/p2.yaml:1:5 FLEET_CLUSTER_ID_DUPLICATE the id is also that of clusters/p1.yaml: a cluster has one file",
    ],
  },
  {
    name: "a circle of promotions, at each of its environments",
    changes: { "environments/staging.yaml": "clusterSelector: { matchLabels: { env: staging } }\npromotesFrom: [production]\n" },
    problems: [
      "error environments/production.yaml:2:15 FLEET_PROMOTION_CIRCLE environments promote from each other in a circle, production ← staging ← production: nothing could ever enter it",
      "error environments/staging.yaml:2:15 FLEET_PROMOTION_CIRCLE environments promote from each other in a circle, staging ← production ← staging: nothing could ever enter it",
    ],
  },
  {
    name: "an environment without clusters",
    changes: { "clusters/s1.yaml": undefined },
    problems: [
      "warning environments/staging.yaml:1:18 FLEET_SELECTOR_MATCHES_NOTHING the environment has no clusters: none has these labels",
    ],
  },
  {
    name: "a value that no application declares",
    changes: { "clusters/s1.yaml": `id: ${id("a")}\nlabels: { env: staging }\nvalues:\n  replica: 2\n` },
    problems: [
      'warning clusters/s1.yaml:4:3 FLEET_VALUE_UNUSED no application declares the value "replica": correct the key, or add it to an application\'s values',
    ],
  },
  {
    name: "an invalid file alone, not those that refer to it",
    changes: { "strategies/careful.yaml": "maxFailures: -1\n" },
    problems: [
      'error strategies/careful.yaml:1:14 FLEET_FILE_SCHEMA "maxFailures" must be a whole number of 0 to 100000 or a percentage such as 25%, not -1',
    ],
  },
])("names $name", ({ changes, problems }) => {
  expect(problemsOf(changes)).toEqual(problems);
});

test("a removal beside what places the same thing again is pointed out", () => {
  expect(
    problemsOf({
      "removals/applications/production/web.yaml": "deletionPolicy: Orphan\n",
      "removals/applications/staging/web.yaml": "deletionPolicy: Orphan\n",
      "removals/clusters/p1.yaml": `id: ${id("b")}\ndeletionPolicy: Orphan\n`,
    }),
  ).toEqual([
    expect.stringMatching(
      /^warning removals\/applications\/production\/web.yaml:1:1 FLEET_REMOVAL_CONTRADICTED .*pins\/production\/web.yaml$/,
    ) as string,
    expect.stringMatching(/^warning removals\/clusters\/p1.yaml:1:1 FLEET_REMOVAL_CONTRADICTED .*clusters\/p1.yaml$/) as string,
  ]);
});

test("an object with an error is left out, one with a warning is not", () => {
  const files = new Map(
    Object.entries({ ...sound, "strategies/careful.yaml": "maxFailures: -1\n", "clusters/s1.yaml": `id: ${id("a")}\n` }),
  );
  const names = validateFleet(files).objects.map(({ name }) => name);
  expect(names).not.toContain("careful");
  expect(names).toEqual(expect.arrayContaining(["staging", "s1", "production"]));
});

test("the order of files changes nothing", () => {
  const broken = { ...sound, "applications/b/web.yaml": "x: 1\n", "clusters/p2.yaml": `id: ${id("b")}\n` };
  const expected = validateFleet(new Map(Object.entries(broken))).problems;
  fc.assert(
    fc.property(fc.shuffledSubarray(Object.entries(broken), { minLength: Object.keys(broken).length }), (files) => {
      expect(new Set(validateFleet(new Map(files)).problems.map(({ path, code }) => `${path} ${code}`))).toEqual(
        new Set(expected.map(({ path, code }) => `${path} ${code}`)),
      );
    }),
    { numRuns: 50 },
  );
});

test("a circle is found wherever it is, and nothing else is called one", () => {
  const graph = fc.dictionary(
    fc.constantFrom("a", "b", "c", "d", "e"),
    fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 3 }),
  );
  fc.assert(
    fc.property(graph, (edges) => {
      const from = new Map(Object.entries(edges));
      const circles = promotionCircles(from);
      for (const [name, way] of circles) {
        expect([way[0], way.at(-1)]).toEqual([name, name]);
        for (const [index, next] of way.slice(1).entries()) expect(from.get(way[index] ?? "")).toContain(next);
      }
      const open = new Map([...from].filter(([name]) => !circles.has(name)));
      expect(promotionCircles(open).size).toBe(0);
    }),
  );
});
