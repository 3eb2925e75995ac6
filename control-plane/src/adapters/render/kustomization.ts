import { posix } from "node:path";
import { DroverError, isJsonObject, type Json, type JsonObject, member } from "@drover/kit";
import { readKubernetesYaml } from "./kubernetes-yaml.ts";
import { kustomizationNames } from "./manifest-files.ts";

/**
 * The folders that a kustomization takes its files from: its own and those of its bases and components, to the last. Everything it
 * refers to must be in the repository: Kustomize would otherwise fetch it from wherever a tenant says. Throws `invalid` KUSTOMIZE_*
 * naming the kustomization's file and the key.
 */
export function kustomizationFolders(files: ReadonlyMap<string, Uint8Array>, folder: string): ReadonlySet<string> {
  const folders = foldersOf(files.keys());
  const found = new Set<string>([folder]);
  for (const at of found) {
    if (found.size > mostFolders)
      throw refusal(at, "KUSTOMIZE_TOO_MANY", `it takes in more than ${mostFolders} folders: split the application`);
    const file = kustomizationFile(files, at);
    const content = readKustomization(files, file);
    refuseForeignCode(file, content);
    for (const reference of fileReferences(content)) resolve(file, at, reference);
    for (const reference of folderReferences(content)) {
      const path = resolve(file, at, reference);
      if (folders.has(path)) found.add(path);
      else if (!files.has(path)) throw missing(file, reference);
    }
  }
  return found;
}

const mostFolders = 500;

function kustomizationFile(files: ReadonlyMap<string, Uint8Array>, folder: string): string {
  const candidates = [...kustomizationNames].map((name) => posix.join(folder, name)).filter((path) => files.has(path));
  const [file, second] = candidates;
  if (file === undefined)
    throw refusal(folder === "" ? "." : folder, "KUSTOMIZE_NOT_FOUND", "the folder has no kustomization.yaml: add one or correct the path");
  if (second !== undefined) throw refusal(file, "KUSTOMIZE_TWICE", `${second} is there too: keep one of them`);
  return file;
}

function readKustomization(files: ReadonlyMap<string, Uint8Array>, file: string): JsonObject {
  const documents = readKubernetesYaml(file, files.get(file) ?? new Uint8Array()).filter((document) => document !== null);
  const [content] = documents;
  if (documents.length !== 1 || !isJsonObject(content)) throw refusal(file, "KUSTOMIZE_INVALID", "it must hold one map of keys to values");
  return content;
}

/** Keys through which Kustomize runs programs, containers or Helm; its own transformers can be had through other keys. */
const foreignCode = ["generators", "transformers", "validators", "helmCharts", "helmChartInflationGenerator", "helmGlobals"];

function refuseForeignCode(file: string, content: JsonObject): void {
  const key = foreignCode.find((name) => Object.hasOwn(content, name));
  if (key === undefined) return;
  const code = key.startsWith("helm") ? "KUSTOMIZE_HELM" : "KUSTOMIZE_PLUGIN";
  throw refusal(file, code, `"${key}" is not carried out, because it can run programs: remove it`);
}

interface Reference {
  readonly key: string;
  readonly path: string;
}

/** What may name a folder with a kustomization of its own, or a file. */
const folderReferences = (content: JsonObject): readonly Reference[] =>
  ["resources", "components", "bases"].flatMap((key) => textsIn(content[key]).map((path) => ({ key, path })));

/** What names files alone. Kustomize itself keeps them within their kustomization's folder; it would fetch URLs, though. */
function fileReferences(content: JsonObject): readonly Reference[] {
  const of = (key: string, paths: readonly string[]): readonly Reference[] => paths.map((path) => ({ key, path }));
  const pathsOf = (key: string): readonly Reference[] =>
    of(
      key,
      objectsIn(content[key]).flatMap((entry) => textsIn(member(entry, "path"))),
    );
  const generated = (key: string): readonly Reference[] =>
    objectsIn(content[key]).flatMap((entry) => [
      // `name=path` gives the file another name.
      ...of(
        key,
        textsIn(member(entry, "files")).map((text) => text.slice(text.indexOf("=") + 1)),
      ),
      ...of(key, [...textsIn(member(entry, "envs")), ...textsIn(member(entry, "env"))]),
    ]);
  return [
    ...["crds", "configurations"].flatMap((key) => of(key, textsIn(content[key]))),
    ...["patches", "patchesJson6902", "replacements"].flatMap(pathsOf),
    ...of("openapi", textsIn(member(content["openapi"], "path"))),
    // An entry is a path or a patch itself, which has several lines or is a map in braces.
    ...of(
      "patchesStrategicMerge",
      textsIn(content["patchesStrategicMerge"]).filter((text) => !/[\n{]/.test(text)),
    ),
    ...generated("configMapGenerator"),
    ...generated("secretGenerator"),
  ];
}

const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value];
const textsIn = (value: Json | undefined): readonly string[] => listOf(value).filter((item) => typeof item === "string");
const objectsIn = (value: Json | undefined): readonly JsonObject[] => listOf(value).filter(isJsonObject);

/** What Kustomize takes for a repository or a URL, before it looks for a file. */
const remoteForm =
  /^[a-z][a-z0-9+.-]*:|^git@|::|\/\/|[?&](ref|version|timeout|submodules)=|^(github\.com|gitlab\.com|bitbucket\.org)[/:]|\.git($|\/)|\/_git\//i;

/** The path from the repository's root. */
function resolve(file: string, folder: string, reference: Reference): string {
  const { path } = reference;
  if (remoteForm.test(path))
    throw wrong(
      file,
      reference,
      "KUSTOMIZE_REMOTE",
      "is fetched from elsewhere; copy it into the repository, so that a commit says all that runs",
    );
  if (path.startsWith("/") || path.includes("\\"))
    throw wrong(file, reference, "KUSTOMIZE_PATH_OUTSIDE", "is an absolute path; write it relative to this file");
  const resolved = posix.join(folder, path).replace(/\/$/, "");
  if (resolved === ".." || resolved.startsWith("../")) throw wrong(file, reference, "KUSTOMIZE_PATH_OUTSIDE", "leaves the repository");
  return resolved === "." ? "" : resolved;
}

/** `example.com/team/app` may be a repository in Kustomize's eyes; what it is not, in ours, is here. */
const missing = (file: string, reference: Reference): DroverError =>
  wrong(file, reference, "KUSTOMIZE_PATH_MISSING", "is neither a file nor a folder of this commit; correct the path or add it");

const wrong = (file: string, { key, path }: Reference, code: string, why: string): DroverError =>
  refusal(file, code, `"${path.slice(0, 200)}" in "${key}" ${why}`);

const refusal = (file: string, code: string, why: string): DroverError =>
  new DroverError("invalid", code, `read ${file}: ${why}`, { details: { file } });

function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set([""]);
  for (const path of paths)
    for (let folder = posix.dirname(path); folder !== "." && !folders.has(folder); folder = posix.dirname(folder)) folders.add(folder);
  return folders;
}
