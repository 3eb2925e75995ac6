import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { DroverError } from "@drover/kit";
import { fleetName, parseFleetPath } from "@drover/proto/fleet";
import type { EditedKind } from "@drover/proto/rest";
import { parseAllDocuments } from "yaml";
import { editedKind } from "./edited-kind.ts";

/** One object as somebody wrote it down. */
export interface Manifest {
  readonly kind: EditedKind;
  readonly name: string;
  readonly spec: object;
  /** Where it stands, for messages. */
  readonly source: string;
}

export interface ReadManifestsOptions {
  /** Of documents that say no kind themselves. */
  readonly kind?: EditedKind | undefined;
  /** Told of files in a folder that are passed over, and why. */
  readonly passOver: (source: string, why: string) => void;
}

const limits = { files: 50_000, bytes: 1024 * 1024, documents: 10_000 } as const;

/** The objects of files, folders and standard input (`-`), in the order in which they were named. */
export async function readManifests(places: readonly string[], options: ReadManifestsOptions): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const place of places) {
    if (place === "-") manifests.push(...manifestsOf("standard input", undefined, await textOf(process.stdin), options));
    else if ((await statOf(place)).isDirectory()) manifests.push(...(await readFolder(place, options)));
    else manifests.push(...manifestsOf(place, fleetPathWithin(resolve(place)), await readLimited(place), options));
  }
  return manifests;
}

async function statOf(place: string) {
  return stat(place).catch((cause: unknown) => {
    throw new DroverError("invalid", "MANIFEST_UNREADABLE", `read ${place}: there is no such file or folder`, { cause });
  });
}

async function readLimited(file: string): Promise<string> {
  if ((await statOf(file)).size > limits.bytes)
    throw new DroverError("invalid", "MANIFEST_INVALID", `read ${file}: it is larger than ${limits.bytes} bytes; split it`);
  return readFile(file, "utf8");
}

async function readFolder(folder: string, options: ReadManifestsOptions): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const isRoot = entries.some(({ name, parentPath }) => name === "drover.yaml" && parentPath === folder);
  const files = entries.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
  if (files.length > limits.files)
    throw new DroverError(
      "invalid",
      "MANIFEST_INVALID",
      `read ${folder}: it has more than ${limits.files} files; name the folder of a fleet`,
    );
  for (const file of files.toSorted()) {
    const path = isRoot ? relative(folder, file).split(sep).join("/") : fleetPathWithin(resolve(file));
    const place = path === undefined ? undefined : parseFleetPath(path);
    if (place?.kind === "object" && editedKind(place.of) === undefined)
      options.passOver(file, `${place.of.toLowerCase()}s are moved by commands of their own, or in git`);
    else if (place?.kind !== "ignored" && !file.split(sep).includes(".git"))
      manifests.push(...manifestsOf(file, path, await readLimited(file), options));
  }
  return manifests;
}

/** The part of a file's path that says what it is, from the innermost folder of the fleet's on. */
export function fleetPathWithin(file: string): string | undefined {
  const segments = file.split(sep).filter((segment) => segment !== "");
  for (let length = 2; length <= segments.length; length += 1) {
    const path = segments.slice(-length).join("/");
    if (parseFleetPath(path).kind !== "ignored") return path;
  }
  return undefined;
}

function manifestsOf(source: string, path: string | undefined, text: string, { kind }: ReadManifestsOptions): readonly Manifest[] {
  const documents = parseAllDocuments(text, { version: "1.2", schema: "core", stringKeys: true, merge: false, logLevel: "silent" });
  if (!Array.isArray(documents) || documents.length > limits.documents) return [];
  const filled = documents.filter(({ contents }) => contents !== null);
  return filled.flatMap((document, index) => {
    const where = filled.length === 1 ? source : `${source}, document ${index + 1}`;
    const [error] = document.errors;
    if (error !== undefined) throw invalid(where, error.message.split("\n", 1)[0] ?? "it is no YAML");
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    if (!isDocument(value)) throw invalid(where, "it is no map of keys to values");
    const { kind: said, items } = value;
    if (said === "List" && Array.isArray(items)) return listed(items, { where, path: undefined, kind });
    return [manifestOf(value, { where, path: filled.length === 1 ? path : undefined, kind })];
  });
}

/** What `drover get -o yaml` prints. */
const listed = (items: readonly unknown[], { where, ...around }: Around): readonly Manifest[] =>
  items.map((item, index) => {
    const place = `${where}, item ${index + 1}`;
    if (!isDocument(item)) throw invalid(place, "it is no map of keys to values");
    return manifestOf(item, { ...around, where: place });
  });

type Document = Readonly<Record<string, unknown>>;
const isDocument = (value: unknown): value is Document => typeof value === "object" && value !== null && !Array.isArray(value);

interface Around {
  readonly where: string;
  readonly path: string | undefined;
  readonly kind: EditedKind | undefined;
}

/** A document that says its kind and name, or a fleet file, whose path says them. */
function manifestOf(document: Document, { where, path, kind }: Around): Manifest {
  const { kind: said, apiVersion, name, metadata, spec, ...rest } = document;
  if (said !== undefined || kind !== undefined) {
    const of = typeof said === "string" ? editedKind(said) : kind;
    if (of === undefined) throw invalid(where, `there are no objects of kind ${JSON.stringify(said)} to edit`);
    const called =
      name ?? (metadata as { readonly name?: unknown } | undefined)?.name ?? nameIn(path) ?? (of === "Fleet" ? fleetName : undefined);
    if (typeof called !== "string") throw invalid(where, "it says no name; add `name:`");
    // A list of clusters tells how each is, and not all that its file says: to apply it would take away what is missing.
    if (of === "Cluster" && spec === undefined && "state" in rest)
      throw invalid(
        where,
        `cluster ${called} comes without its spec; \`drover get cluster/${called} -o yaml\` and \`drover export\` have it`,
      );
    if (of === "Fleet" && called !== fleetName)
      throw invalid(where, `there is one fleet, and it is not called ${JSON.stringify(called)}; leave its name out`);
    // Of all kinds, the fleet's own file alone says its version.
    const fields = of === "Fleet" ? { apiVersion, ...rest } : rest;
    return { kind: of, name: called, spec: isObject(spec) ? spec : fields, source: where };
  }
  const place = path === undefined ? undefined : parseFleetPath(path);
  if (place?.kind === "misplaced") throw invalid(where, place.message);
  const of = place?.kind === "object" ? editedKind(place.of) : undefined;
  if (place?.kind === "object" && of === undefined)
    throw invalid(where, `${place.of.toLowerCase()}s are moved by commands of their own, or in git`);
  if (place?.kind !== "object" || of === undefined)
    throw invalid(where, "neither its path nor a `kind:` says what it is; name it as in a fleet repository, or give --kind and a `name:`");
  return { kind: of, name: place.name, spec: document, source: where };
}

function nameIn(path: string | undefined): string | undefined {
  const place = path === undefined ? undefined : parseFleetPath(path);
  return place?.kind === "object" ? place.name : undefined;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

const invalid = (where: string, why: string): DroverError => new DroverError("invalid", "MANIFEST_INVALID", `read ${where}: ${why}`);
