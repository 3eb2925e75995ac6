import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requiresSeen, thirdPartyNotices } from "@drover/bundling";
import { build, type BuildOptions, type Plugin } from "esbuild";

// Makes dist/drover-agent.mjs: all that an agent needs in its cluster, in one file that Node runs by itself. What only some agents
// need lies in files beside it and is loaded when it is asked for: inside the bundle every agent would pay for it in memory and start.

interface Beside {
  readonly file: string;
  readonly exports: string;
}

const beside: Readonly<Record<string, Beside>> = {
  /** Read for kubeconfig files: 20 MB of memory, and half of the start. */
  "@kubernetes/client-node": { file: "kubernetes-client.mjs", exports: "KubeConfig" },
  /** Read where an application has health rules of its own: a language and its types. */
  "@drover/proto/health-rule": { file: "health-rule.mjs", exports: "compileHealthRule" },
  /** Read where traces are sent: more memory than everything else. */
  "@opentelemetry/sdk-node": { file: "telemetry.mjs", exports: "NodeSDK" },
};

/** What we use of the HTTP client. Its entry also runs fetch, WebSockets, caches and mocks: 12 MB of memory in every agent. */
const httpClient = `
  const Dispatcher = require("undici/lib/dispatcher/dispatcher.js");
  Object.assign(Dispatcher.prototype, require("undici/lib/api/index.js"));
  module.exports = { Agent: require("undici/lib/dispatcher/agent.js"), errors: require("undici/lib/core/errors.js") };`;

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..");
const fileOf = (name: string): string => join(here, "dist", name);

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

const loadedFromBeside: Plugin = {
  name: "loaded-from-beside-the-bundle",
  setup: ({ onResolve }) => {
    for (const [library, { file }] of Object.entries(beside))
      onResolve({ filter: new RegExp(`^${library}$`) }, () => ({ path: `./${file}`, external: true }));
  },
};

const httpClientAlone: Plugin = {
  name: "http-client-alone",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "http-client" }));
    onLoad({ filter: /.*/, namespace: "http-client" }, () => ({ contents: httpClient, resolveDir: here }));
  },
};

/** An import of a module of Node's own evaluates all that it exports, so that node:http brings a second HTTP client; `require` does not. */
const builtinsAsRequired: Plugin = {
  name: "builtins-as-required",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace === "builtin" ? { path, external: true } : { path, namespace: "builtin" },
    );
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: `module.exports = require(${JSON.stringify(path)});` }));
  },
};

/** Of everything that is made. */
const inputs = new Set<string>();

/** Written aside and moved into place: whoever copies or starts a file meanwhile gets a whole one. */
async function make(options: BuildOptions & { readonly outfile: string }): Promise<number> {
  const { outputFiles, metafile } = await build({ ...common, ...options, absWorkingDir: root, metafile: true, write: false });
  for (const input of Object.keys(metafile.inputs)) inputs.add(input);
  assertOneByte(outputFiles.find(({ path }) => path === options.outfile)?.text ?? "");
  for (const { path, contents } of outputFiles) await put(path, contents);
  return outputFiles.find(({ path }) => path === options.outfile)?.contents.length ?? 0;
}

async function put(path: string, contents: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.${process.pid}`, contents);
  await rename(`${path}.${process.pid}`, path);
}

/** One character beyond Latin-1 doubles what the program's text takes of every agent's memory. */
function assertOneByte(program: string): void {
  const [found] = /.{0,40}[\u0100-\uffff].{0,20}/.exec(program) ?? [];
  if (found !== undefined) throw new Error(`the bundle has a character beyond Latin-1: write it as \\u…: ${found}`);
}

await mkdir(join(here, "dist"), { recursive: true });
for (const [library, { file, exports }] of Object.entries(beside))
  await make({
    stdin: { contents: `export { ${exports} } from "${library}";`, resolveDir: here },
    outfile: fileOf(file),
    plugins: [requiresSeen],
  });

// The program last: when it is there, all that it may load is there too.
const outfile = fileOf("drover-agent.mjs");
const bytes = await make({
  entryPoints: [join(here, "src/main.ts")],
  sourcemap: true,
  outfile,
  plugins: [loadedFromBeside, httpClientAlone, builtinsAsRequired],
});
await put(fileOf("third-party-notices.txt"), await thirdPartyNotices(root, [...inputs]));
process.stdout.write(`${outfile}: ${bytes} bytes\n`);
