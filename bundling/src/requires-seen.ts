import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** OpenTelemetry calls `require` in a way that a bundler does not see through, so that what it asks for would not be there. */
export const requiresSeen: Plugin = {
  name: "requires-seen",
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/@opentelemetry\/.*\.mjs$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, "utf8")).replaceAll("__require(", "require("),
    }));
  },
};
