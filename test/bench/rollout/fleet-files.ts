import { randomBytes } from "node:crypto";
import { type Changes, credentialsRef } from "@drover/demo";
import { base32 } from "@drover/kit";

export const application = "web";
export const environment = "production";

/** A fleet of equal clusters, all of them in one wave at once. */
export const fleetFiles = (repository: string, clusters: readonly string[]): Changes => ({
  "drover.yaml": "apiVersion: drover.dev/v1\n",
  [`applications/${application}.yaml`]: `source: { repository: "${repository}", path: deploy, credentialsRef: ${credentialsRef} }\n`,
  [`environments/${environment}.yaml`]: "clusterSelector: { matchLabels: { fleet: bench } }\nstrategy: at-once\n",
  "strategies/at-once.yaml": "waves: [{ name: all, maxConcurrency: 100% }]\nmaxFailures: 0\n",
  ...Object.fromEntries(clusters.map((name) => [`clusters/${name}.yaml`, `id: ${base32(randomBytes(16))}\nlabels: { fleet: bench }\n`])),
});

/** Ten objects that differ from version to version. */
export const applicationFiles = (version: number): Changes => ({
  "deploy/objects.yaml": Array.from(
    { length: 10 },
    (_, index) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings-${index}, namespace: default }\ndata: { version: "v${version}" }\n`,
  ).join("---\n"),
});
