import { randomBytes } from "node:crypto";
import { type Changes, credentialsRef } from "@drover/demo";
import { base32 } from "@drover/kit";

/** The repository of every application: they differ in their paths alone. */
export const repository = "web";

/** An application in an environment of all clusters. */
export interface Place {
  readonly application: string;
  readonly environment: string;
}

/** All clusters in one wave at once. */
export const atOnce: Place = { application: "web", environment: "production" };
/** 20, 30 and 50 % of the clusters, one wave after the other. */
export const inWaves: Place = { application: "staged", environment: "staged" };
/** As many rollouts at once, over all clusters each, or over the first hundred. */
export const many: readonly Place[] = Array.from({ length: 100 }, (_, index) => ({
  application: `many-${String(index).padStart(2, "0")}`,
  environment: "many",
}));

const shares = [20, 50, 100];
const wavesOf = (index: number): string => `wave-${shares.findIndex((share) => index % 100 < share)}`;
const mostOfMany = 100;

export const fleetFiles = (url: string, clusters: readonly string[]): Changes => ({
  "drover.yaml": "apiVersion: drover.dev/v1\n",
  ...Object.fromEntries(
    [atOnce, inWaves, ...many].map(({ application }) => [
      `applications/${application}.yaml`,
      `source: { repository: "${url}", path: ${folderOf(application)}, credentialsRef: ${credentialsRef} }\n`,
    ]),
  ),
  "environments/production.yaml": "clusterSelector: { matchLabels: { fleet: bench } }\nstrategy: at-once\n",
  "environments/staged.yaml": "clusterSelector: { matchLabels: { fleet: bench } }\nstrategy: in-waves\n",
  "environments/many.yaml": 'clusterSelector: { matchLabels: { many: "yes" } }\nstrategy: at-once\n',
  "strategies/at-once.yaml": "waves: [{ name: all, maxConcurrency: 100% }]\nmaxFailures: 0\n",
  "strategies/in-waves.yaml": `waves:\n${shares.map((_, wave) => waveLine(`wave-${wave}`)).join("")}maxFailures: 0\nrollback: { maxConcurrency: 100% }\n`,
  ...Object.fromEntries(clusters.map((name, index) => [`clusters/${name}.yaml`, clusterFile(index)])),
});

const waveLine = (wave: string): string =>
  `  - { name: ${wave}, clusterSelector: { matchLabels: { wave: ${wave} } }, maxConcurrency: 100% }\n`;

const clusterFile = (index: number): string =>
  `id: ${base32(randomBytes(16))}\nlabels: { fleet: bench, wave: ${wavesOf(index)}, many: "${index < mostOfMany ? "yes" : "no"}" }\n`;

const folderOf = (application: string): string => (application.startsWith("many") ? "many" : application);

/** Ten objects of one application that differ from version to version. */
export const applicationFiles = ({ application }: Place, version: number): Changes => ({
  [`${folderOf(application)}/objects.yaml`]: Array.from(
    { length: 10 },
    (_, index) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings-${index}, namespace: default }\ndata: { version: "v${version}" }\n`,
  ).join("---\n"),
});

/** Pins every one of many: one commit, as many rollouts. */
export const pinMany = (revision: string): Changes =>
  Object.fromEntries(many.map(({ application, environment }) => [`pins/${environment}/${application}.yaml`, `revision: ${revision}\n`]));
