import { chmod, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// Makes dist/drover.mjs: the command line in one file, for everybody who has Node and no clone.

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const outfile = fileOf("dist/drover.mjs");
// CommonJS parts of the libraries call `require`, which an ES module does not have.
const requireShim = "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

await build({
  entryPoints: [fileOf("src/main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  minify: true,
  keepNames: true, // errors keep the names of their classes
  legalComments: "inline",
  banner: { js: `#!/usr/bin/env node\n${requireShim}` },
  logLevel: "warning",
});
await chmod(outfile, 0o755);
process.stdout.write(`${outfile}: ${(await stat(outfile)).size} bytes\n`);
