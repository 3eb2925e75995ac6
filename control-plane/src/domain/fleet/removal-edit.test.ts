import { expect, test } from "vitest";
import { filesOfRemoval } from "./removal-edit.ts";

const known: Readonly<Record<string, string>> = {
  "Application web": "applications/team-a/web.yaml",
  "Pin production/web": "pins/production/web.yaml",
  "Cluster eu-1": "clusters/eu-1.yaml",
  "ClusterRemoval old": "removals/clusters/old.yaml",
};
const pathOf = (kind: string, name: string): string | undefined => known[`${kind} ${name}`];

test("an application leaves an environment: its pin goes, the removal comes", () => {
  const edit = {
    kind: "remove-application",
    application: "web",
    environments: ["production"],
    whole: false,
    deletionPolicy: "Delete",
    reason: "no",
  } as const;
  expect([...filesOfRemoval(edit, pathOf)]).toEqual([
    ["pins/production/web.yaml", undefined],
    ["removals/applications/production/web.yaml", 'deletionPolicy: Delete\nreason: "no"\n'],
  ]);
});

test("an application leaves everywhere: its own file goes too, wherever it lies", () => {
  const edit = {
    kind: "remove-application",
    application: "web",
    environments: ["production", "tracked"],
    whole: true,
    deletionPolicy: "Orphan",
    reason: "x",
  } as const;
  expect([...filesOfRemoval(edit, pathOf).keys()].toSorted()).toEqual([
    "applications/team-a/web.yaml",
    "pins/production/web.yaml",
    "removals/applications/production/web.yaml",
    "removals/applications/tracked/web.yaml",
  ]);
});

test("a cluster leaves: its removal remembers its id", () => {
  const edit = { kind: "remove-cluster", cluster: "eu-1", id: "a".repeat(26), deletionPolicy: "Orphan", reason: "x" } as const;
  expect([...filesOfRemoval(edit, pathOf)]).toEqual([
    ["clusters/eu-1.yaml", undefined],
    ["removals/clusters/eu-1.yaml", `id: ${"a".repeat(26)}\ndeletionPolicy: Orphan\nreason: x\n`],
  ]);
});

test("a removal that ended is taken out; one that is gone already changes nothing", () => {
  expect([...filesOfRemoval({ kind: "end-removal", of: "ClusterRemoval", name: "old" }, pathOf)]).toEqual([
    ["removals/clusters/old.yaml", undefined],
  ]);
  expect(filesOfRemoval({ kind: "end-removal", of: "ClusterRemoval", name: "gone" }, pathOf).size).toBe(0);
});
