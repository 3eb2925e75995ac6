import { stat } from "node:fs/promises";
import { build } from "esbuild";

// Makes dist/drover-agent.mjs: the whole agent in one file that Node runs by itself.
// CommonJS parts of the libraries call `require`, which an ES module does not have.
const requireShim = "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

const outfile = new URL("dist/drover-agent.mjs", import.meta.url).pathname;
await build({
  entryPoints: [new URL("src/main.ts", import.meta.url).pathname],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  minify: true,
  sourcemap: true,
  legalComments: "linked",
  banner: { js: requireShim },
  logLevel: "warning",
});
process.stdout.write(`${outfile}: ${(await stat(outfile)).size} bytes\n`);
