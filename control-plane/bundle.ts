import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requiresSeen, thirdPartyNotices } from "@drover/bundling";
import { build, type Plugin } from "esbuild";

// node bundle.ts [FOLDER]: makes the control plane as it is shipped, in dist/program when no folder is named. Its programs have all libraries in
// them and what they read beside them; Node runs them by themselves, and they start in half of the sources' processor time.

const here = import.meta.dirname;
const root = join(here, "..");
const folder = process.argv[2] ?? join(here, "dist/program");

/** Each is started by its path: by people, or by the first of them. */
const programs = ["main.ts", "check-server.ts", "adapters/render/render-child.ts", "adapters/cel/evaluate-thread.ts"];

/** What sources name from where they lie, and where it lies beside the programs. */
const places: Readonly<Record<string, string>> = {
  "../../../migrations/": "./migrations/",
  "../../../console/dist/site": "./console",
  "render-child.ts": "./render-child.mjs",
  "evaluate-thread.ts": "./evaluate-thread.mjs",
  "@fastify/swagger-ui/package.json": "./swagger-ui/package.json",
};

const ofPackage = (name: string, path: string): string => fileURLToPath(new URL(path, import.meta.resolve(`${name}/package.json`)));

/** What is copied there. The console is not: whoever ships it builds it. */
const copies: Readonly<Record<string, string>> = {
  migrations: join(here, "migrations"),
  "swagger-ui/static": ofPackage("@fastify/swagger-ui", "static"),
  "proto/health": ofPackage("grpc-health-check", "proto/health"),
  "proto/grpc": ofPackage("@grpc/reflection", "build/proto/grpc"),
};

const ourFilesBeside: Plugin = {
  name: "our-files-beside",
  setup({ onLoad }) {
    const named = /(?<=new URL\()"([^"]+)"(?=, import\.meta\.url\))|(?<=import\.meta\.resolve\()"([^"]+)"(?=\))/g;
    onLoad({ filter: /\/control-plane\/src\/.*\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, "utf8")).replace(named, (_, path?: string, ofLibrary?: string) =>
        JSON.stringify(placeOf(path ?? ofLibrary ?? "", file)),
      ),
      loader: "ts",
    }));
  },
};

function placeOf(named: string, file: string): string {
  const place = places[named];
  if (place === undefined) throw new Error(`${file} names ${named}: say in bundle.ts where that lies beside the programs`);
  return place;
}

/** Libraries that read definitions of gRPC from their packages as soon as they are loaded. */
const definitionsBeside: Plugin = {
  name: "definitions-beside",
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/(grpc-health-check|@grpc\/reflection)\/.*\.js$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, "utf8")).replaceAll("../../proto", "proto"),
    }));
  },
};

// CommonJS parts of the libraries use what an ES module does not have.
const commonJs =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__dirname=import.meta.dirname;";

// Made anew as a whole: chunks of an earlier build would stay in it for ever.
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  metafile: true,
  entryPoints: programs.map((file) => join(here, "src", file)),
  entryNames: "[name]",
  outdir: folder,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true, // `bootstrap` and the children load their part alone, tracing is loaded by those who want it
  platform: "node",
  format: "esm",
  target: "node24",
  external: ["pg-native"],
  legalComments: "inline",
  banner: { js: commonJs },
  plugins: [ourFilesBeside, definitionsBeside, requiresSeen],
  logLevel: "warning",
});
for (const [place, from] of Object.entries(copies)) await cp(from, join(folder, place), { recursive: true });
const libraries = [...Object.keys(metafile.inputs), "node_modules/@fastify/swagger-ui/static"];
await writeFile(join(folder, "third-party-notices.txt"), await thirdPartyNotices(root, libraries));
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`${folder}: ${bytes} bytes of programs\n`);
