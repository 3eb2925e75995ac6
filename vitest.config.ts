import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/longest-first.ts";

// Node runs our TypeScript as it is. What it has compiled is kept for the next process: tests start hundreds of them.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "node_modules/.cache/drover/compiled");

// Unit and property tests need nothing but Node, integration tests start real servers. A slow machine makes them slower and not flaky:
// they wait for conditions.
export default defineConfig({
  test: {
    reporters: ["default", "./scripts/plain-reporter.ts"],
    // No test replaces a module, so that nothing has to be transformed before it runs.
    experimental: { viteModuleRunner: false },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{kit,proto,tools,control-plane,agent,cli,console,demo}/**/*.test.ts", "test/unit/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/dist/**"],
          testTimeout: 30_000,
          // Files leave nothing behind in their process: to load the house anew for each took more than all tests together.
          isolate: false,
          // One more than cores: a third of the time is waiting for clocks.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // As above; what a file starts it stops, and its servers are processes of their own.
          isolate: false,
          // One more than cores, as above: for soaks, polls and leases.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "screenshots",
          include: ["test/screenshots/*.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
