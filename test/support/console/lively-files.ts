import { randomBytes } from "node:crypto";
import { base32 } from "@drover/kit";

interface Region {
  readonly name: string;
  readonly tier: string;
  readonly clusters: number;
}

/** Thirty-eight clusters: a few to try things on, and production in three regions. */
const regions: readonly Region[] = [
  { name: "lab", tier: "staging", clusters: 4 },
  { name: "eu-west", tier: "production", clusters: 12 },
  { name: "us-east", tier: "production", clusters: 12 },
  { name: "ap-south", tier: "production", clusters: 10 },
];

export const livelyClusters: readonly { readonly name: string; readonly region: string; readonly tier: string; readonly wave: string }[] =
  regions.flatMap(({ name, tier, clusters }) =>
    Array.from({ length: clusters }, (_, index) => ({
      name: `${name}-${index + 1}`,
      region: name,
      tier,
      wave: tier === "production" && index === 0 ? "canary" : "rest",
    })),
  );

export const livelyApplications = ["checkout", "payments", "web", "search"] as const;

const application = (url: string): string =>
  `project: shop\nsource: { repository: "${url}", path: deploy, credentialsRef: git-host }\ndestination: { namespace: shop }\n`;

/** Waves by region behind a canary. What holds production at the end of the story: an approval, a soak, failures. */
const strategy = (canary: string): string =>
  `waves:
  - { name: canary, clusterSelector: { matchLabels: { wave: canary } }${canary} }
  - { name: europe, clusterSelector: { matchLabels: { region: eu-west } }, maxConcurrency: 4 }
  - { name: world, maxConcurrency: 5 }
maxFailures: 0
degradedGracePeriod: 1s
`;

export function livelyFleet(urlOf: (application: string) => string): Readonly<Record<string, string>> {
  return {
    "drover.yaml": "apiVersion: drover.dev/v1\n",
    "projects/shop.yaml":
      'description: The web shop\nsources: ["*"]\nnamespaces: [shop]\nkinds: ["*"]\ndestinations: [{ clusterSelector: {} }]\n',
    "environments/staging.yaml": "clusterSelector: { matchLabels: { tier: staging } }\n",
    "environments/production.yaml": "clusterSelector: { matchLabels: { tier: production } }\npromotesFrom: [staging]\nstrategy: careful\n",
    "strategies/careful.yaml": strategy(""),
    ...Object.fromEntries(livelyApplications.map((name) => [`applications/${name}.yaml`, application(urlOf(name))])),
    ...Object.fromEntries(livelyClusters.map((cluster) => [`clusters/${cluster.name}.yaml`, clusterFile(cluster)])),
  };
}

/** What came last: a cluster whose agent nobody has started, and a file that says nonsense. */
export const lateFiles: Readonly<Record<string, string>> = {
  "clusters/ap-south-11.yaml": clusterFile({ region: "ap-south", tier: "production", wave: "rest" }),
  "strategies/hasty.yaml": "waves: [{ name: all, maxConcurrency: many }]\n",
};

export const soakingStrategy = strategy(", soakTime: 2h");
export const approvedStrategy = strategy(", gates: { after: [{ name: shop-owners, type: Approval }] }");

function clusterFile({ region, tier, wave }: { readonly region: string; readonly tier: string; readonly wave: string }): string {
  return `id: ${base32(randomBytes(16))}\nproject: shop\nlabels: { tier: ${tier}, region: ${region}, wave: ${wave} }\n`;
}

export const manifests = (application: string, version: string): Readonly<Record<string, string>> => ({
  "deploy/settings.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${application}, namespace: shop }\ndata: { version: "${version}" }\n`,
});
