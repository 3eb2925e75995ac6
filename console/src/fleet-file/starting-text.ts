import type { Collection } from "./kinds.ts";

/** What most people write first in a file of each kind: an empty editor says nothing about what belongs in it. */
export const startingText: Readonly<Record<Collection, string>> = {
  applications: `source:
  repository: https://git.example.com/web.git
  path: deploy
destination:
  namespace: web
`,
  environments: `clusterSelector:
  matchLabels:
    environment: staging
`,
  strategies: `waves:
  - name: canary
    clusterSelector:
      matchLabels:
        wave: canary
    soakTime: 10m
  - name: everywhere
    maxConcurrency: 10%
maxFailures: 0
`,
  projects: `description: Who it belongs to
sources: ["https://git.example.com/*"]
namespaces: ["*"]
kinds: ["*"]
destinations:
  - clusterSelector: {}
`,
  freezes: `reason: the holidays
environments: [production]
`,
};
