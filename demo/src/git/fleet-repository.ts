import { waves } from "../clusters/fleet-plan.ts";
import type { Changes } from "./checkout.ts";

export const application = "web";

/** Name of the Secret folder that opens the git host. */
export const credentialsRef = "git";

/** The fleet repository as a person would begin it. Clusters are added by enrolment, pins by promotion. */
export const fleetFiles = (applicationRepository: string): Changes => ({
  "drover.yaml": "apiVersion: drover.dev/v1\ndescription: The fleet of the demo.\n",
  "applications/web.yaml": `source:
  repository: ${applicationRepository}
  ref: main
  path: deploy
  credentialsRef: ${credentialsRef}
render:
  kind: yaml
  substitute: true
values:
  environment: null # each environment gives its own
syncPolicy:
  prune: true
  selfHeal: true
`,
  "environments/staging.yaml": stagingFile("pinned"),
  "environments/production.yaml": productionFile,
  "strategies/quick.yaml": quickFile,
  "strategies/careful.yaml": carefulFile,
});

/** The commit by which staging follows the branch, of this application alone: its pin has to go, because a pin holds. */
export const trackHead: Changes = { "environments/staging.yaml": stagingFile("head"), "pins/staging/web.yaml": undefined };

export const removeStagingPin: Changes = { "pins/staging/web.yaml": undefined };

function stagingFile(follows: "head" | "pinned"): string {
  return `# Where every change is seen first.
clusterSelector:
  matchLabels: { environment: staging }
strategy: quick
${follows === "head" ? "track: head\napplications: [web]\n" : ""}values:
  environment: staging
`;
}

const productionFile = `clusterSelector:
  matchLabels: { environment: production }
promotesFrom: [staging]
strategy: careful
values:
  environment: production
`;

// Grace and soak are short so that the demo is: real fleets wait minutes.
const quickFile = `# One cluster, then the others; what fails is taken back.
waves:
  - name: first
    count: 1
maxFailures: 0
onFailure: Rollback
degradedGracePeriod: 2s
progressDeadline: 60s
`;

const carefulFile = `# A canary, a few, then everybody else.
waves:
${waves.map((wave) => `  - name: ${wave}\n    clusterSelector: { matchLabels: { wave: ${wave} } }\n    maxConcurrency: 100%\n    soakTime: 1s`).join("\n")}
maxFailures: 0
degradedGracePeriod: 3s
progressDeadline: 60s
`;
