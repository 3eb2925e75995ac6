import { build } from "vite";

// node build.ts [FOLDER]: makes the site, in dist/site when no folder is named.
const [outDir] = process.argv.slice(2);
await build({ root: import.meta.dirname, logLevel: "warn", build: outDir === undefined ? {} : { outDir } });
