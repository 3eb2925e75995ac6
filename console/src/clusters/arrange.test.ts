import type { Cluster } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { arrange } from "./arrange.ts";

const none = { Healthy: 0, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 };
const cluster = (name: string, fields: Partial<Cluster> = {}): Cluster => ({
  id: name,
  name,
  project: "default",
  labels: {},
  state: "Connected",
  environments: [],
  applications: { ...none, Healthy: 1 },
  ...fields,
});

const fleet = [
  cluster("eu-10", { labels: { region: "eu" }, kubernetesVersion: "v1.36.3" }),
  cluster("eu-2", { labels: { region: "eu" }, state: "Offline", environments: ["production"], kubernetesVersion: "v1.35.8" }),
  cluster("us-1", { labels: { region: "us" }, applications: { ...none, Degraded: 1 }, environments: ["production"] }),
];

test.each([
  { name: "the worst first, names as people count", wanted: {}, want: ["us-1", "eu-2", "eu-10"] },
  { name: "by name", wanted: { sort: "name" }, want: ["eu-2", "eu-10", "us-1"] },
  { name: "by name, descending", wanted: { sort: "-name" }, want: ["us-1", "eu-10", "eu-2"] },
  { name: "by version", wanted: { sort: "-kubernetes" }, want: ["eu-10", "eu-2", "us-1"] },
  { name: "a label", wanted: { filter: "region=eu" }, want: ["eu-2", "eu-10"] },
  { name: "several words, all of them", wanted: { filter: "EU offline" }, want: ["eu-2"] },
  { name: "one standing", wanted: { standing: "Degraded" }, want: ["us-1"] },
  { name: "one environment", wanted: { environment: "production" }, want: ["us-1", "eu-2"] },
  { name: "a column that is not there, by name", wanted: { sort: "weight" }, want: ["eu-2", "eu-10", "us-1"] },
])("$name", ({ wanted, want }) => expect(arrange(fleet, wanted).map(({ name }) => name)).toEqual(want));
