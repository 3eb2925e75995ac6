import { fileURLToPath } from "node:url";

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The programs of this clone that the demo runs as processes of their own. */
export const programs = {
  controlPlane: fromRoot("control-plane/src/main.ts"),
  memoryHost: fromRoot("agent/src/adapters/memory/main.ts"),
  agentBundler: fromRoot("agent/bundle.ts"),
  agentBundle: fromRoot("agent/dist/drover-agent.mjs"),
  consoleBuilder: fromRoot("console/build.ts"),
  consolePage: fromRoot("console/dist/site/index.html"),
} as const;

/** What the agent's bundle is made of: it is made anew when any of it is newer. */
export const agentSources = ["agent/src", "agent/bundle.ts", "kit/src", "proto/src", "package-lock.json"].map(fromRoot);

/** The same of the console. */
export const consoleSources = [
  "console/src",
  "console/index.html",
  "console/vite.config.ts",
  "kit/src/pure",
  "proto/src/rest",
  "package-lock.json",
].map(fromRoot);
