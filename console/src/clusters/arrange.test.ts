import type { Cluster } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { filterClusters, sortClusters } from "./arrange.ts";

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
  { name: "the worst first, names as people count", sort: "standing", wanted: {}, want: ["us-1", "eu-2", "eu-10"] },
  { name: "by name", sort: "name", wanted: {}, want: ["eu-2", "eu-10", "us-1"] },
  { name: "by name, descending", sort: "-name", wanted: {}, want: ["us-1", "eu-10", "eu-2"] },
  { name: "by version", sort: "-kubernetes", wanted: {}, want: ["eu-10", "eu-2", "us-1"] },
  { name: "a label", sort: "standing", wanted: { filter: "region=eu" }, want: ["eu-2", "eu-10"] },
  { name: "several words, all of them", sort: "standing", wanted: { filter: "EU offline" }, want: ["eu-2"] },
  { name: "one standing", sort: "standing", wanted: { standing: "Degraded" }, want: ["us-1"] },
  { name: "one environment", sort: "standing", wanted: { environment: "production" }, want: ["us-1", "eu-2"] },
  { name: "a column that is not there, by name", sort: "weight", wanted: {}, want: ["eu-2", "eu-10", "us-1"] },
])("$name", ({ sort, wanted, want }) => expect(filterClusters(sortClusters(fleet, sort), wanted).map(({ name }) => name)).toEqual(want));
