import { defineConfig } from "vitest/config";

// Unit and property tests need nothing but Node. Integration tests start real servers: one file after another, two workers
// for two cores, so that a slow machine makes them slower and not flaky.
export default defineConfig({
  test: {
    reporters: ["default", "./scripts/plain-reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["{kit,proto,tools,control-plane,agent,cli,console,demo}/**/*.test.ts", "test/unit/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/dist/**"],
          testTimeout: 30_000,
          // One more than cores: a third of the time is waiting for clocks.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
