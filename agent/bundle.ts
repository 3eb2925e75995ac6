import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type Plugin } from "esbuild";

// Makes dist/drover-agent.mjs: all that an agent needs in its cluster, in one file that Node runs by itself. Beside it lies
// dist/kubernetes-client.mjs, which is loaded only for a kubeconfig file: inside the bundle it would cost every agent 20 MB
// of memory and half of its start, although an agent in its cluster never needs it.

const client = "@kubernetes/client-node";
const fileOf = (name: string): string => fileURLToPath(new URL(`dist/${name}`, import.meta.url));

// CommonJS parts of the libraries call `require`, which an ES module does not have.
const requireShim = "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";
const common: BuildOptions = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  minify: true,
  keepNames: true, // errors in logs keep the names of their classes
  legalComments: "linked",
  banner: { js: requireShim },
  logLevel: "warning",
};

const clientBeside: Plugin = {
  name: "kubernetes-client-beside-the-bundle",
  setup: ({ onResolve }) => onResolve({ filter: new RegExp(`^${client}$`) }, () => ({ path: "./kubernetes-client.mjs", external: true })),
};

await build({
  ...common,
  stdin: { contents: `export { KubeConfig } from "${client}";`, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
  outfile: fileOf("kubernetes-client.mjs"),
});
const outfile = fileOf("drover-agent.mjs");
await build({
  ...common,
  entryPoints: [fileURLToPath(new URL("src/main.ts", import.meta.url))],
  sourcemap: true,
  outfile,
  plugins: [clientBeside],
});
process.stdout.write(`${outfile}: ${(await stat(outfile)).size} bytes\n`);
