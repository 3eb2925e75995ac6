import { chmod, rename, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { editedKinds, grantedPermissions, rolePermissions, routeTable } from "@drover/proto/rest";
import { build, type Plugin } from "esbuild";
import { explainSchemas } from "./src/explain-schemas.ts";

// node bundle.ts [FILE]: makes FILE, dist/drover.mjs when none is named: the command line in one file, for everybody who has Node and no clone. It starts in a fraction of the sources' time.

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const outfile = process.argv[2] ?? fileOf("dist/drover.mjs");
// CommonJS parts of the libraries call `require`, which an ES module does not have.
const requireShim = "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/**
 * What the command line uses of the API's contract: to send a request takes a few words of each route, and with their schemas every command
 * would start by making hundreds. What is missing here is an error of the build.
 */
const slimContract: Plugin = {
  name: "slim-contract",
  setup(builder) {
    builder.onResolve({ filter: /^@drover\/proto\/rest$/ }, () => ({ path: "contract", namespace: "slim" }));
    builder.onResolve({ filter: /\/routes\.ts$/ }, ({ importer }) =>
      importer.includes("/proto/src/rest/") || importer === "contract" ? { path: "routes", namespace: "slim" } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: "slim" }, ({ path }) => ({
      contents: path === "routes" ? constants({ routeTable: slimTable() }) : slimRest(),
      resolveDir: fileOf("../proto/src/rest"),
    }));
  },
};

const slimRest = (): string =>
  `export { createClient, sendRequest } from "./client.ts";
   export { routeTable } from "./routes.ts";
   export { nearest } from "../fleet/nearest.ts";
   export { healthOf, statesOf, syncOf } from "./placement-state.ts";
   ${constants({ editedKinds, grantedPermissions, rolePermissions })}`;

const constants = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
    .join("\n");

/**
 * Node's own modules, each of their members read when it is used: as modules, all of them would be loaded at once, and all that they have looked
 * up, which takes longer than most commands.
 */
const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  setup(builder) {
    builder.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === "import-statement" || kind === "dynamic-import" ? { path, namespace: "builtin" } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: lazyMembers(path) }));
  },
};

function lazyMembers(path: string): string {
  const load = `process.getBuiltinModule(${JSON.stringify(path)})`;
  const itself: unknown = process.getBuiltinModule(path);
  if (typeof itself !== "object" || itself === null) return `module.exports = ${load}`;
  return `for (const name of ${JSON.stringify(Object.keys(itself))}) Object.defineProperty(exports, name, { enumerable: true, get: () => ${load}[name] })`;
}

/** Schemas as JSON: what `explain` reads of them needs no library. */
const plainSchemas: Plugin = {
  name: "plain-schemas",
  setup(builder) {
    builder.onLoad({ filter: /\/explain-schemas\.ts$/ }, () => ({
      contents: `export const explainSchemas = JSON.parse(${JSON.stringify(JSON.stringify(explainSchemas))})`,
    }));
  },
};

const slimTable = () =>
  Object.fromEntries(
    Object.entries(routeTable).map(([id, { method, path, media, permission, body, query }]) => [
      id,
      {
        method,
        path,
        media,
        permission,
        ...(body && { body: true }),
        ...(query && { query: { properties: namesOnly(query.properties) } }),
      },
    ]),
  );

const namesOnly = (properties: object): object => Object.fromEntries(Object.keys(properties).map((name) => [name, true]));

// Whoever runs the old file meanwhile has all of it.
const fresh = `${outfile}.${process.pid}`;
await build({
  entryPoints: [fileOf("src/main.ts")],
  outfile: fresh,
  plugins: [slimContract, plainSchemas, lazyBuiltins],
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  minify: true,
  legalComments: "inline",
  banner: { js: `#!/usr/bin/env node\n${requireShim}` },
  logLevel: "warning",
});
await chmod(fresh, 0o755);
await rename(fresh, outfile);
process.stdout.write(`${outfile}: ${(await stat(outfile)).size} bytes\n`);
