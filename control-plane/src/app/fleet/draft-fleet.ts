import { type FleetKind, parseFleetPath } from "@drover/proto/fleet";
import type { FleetAround } from "../../domain/fleet/judge-object-edit.ts";
import { filesToRead, type FleetListing } from "../../domain/fleet/project-commit.ts";
import type { Mirror, TreeFile } from "../source/git.ts";
import type { ProjectionStore } from "./projection-store.ts";
import { fleetLimits, readTexts } from "./read-texts.ts";

/** The fleet repository at a commit, with edits on top of it that nobody sees yet. */
export interface FleetDraft {
  /** Where people put an object's file; undefined when it has none. */
  readonly pathOf: (kind: FleetKind, name: string) => string | undefined;
  readonly textOf: (path: string) => Promise<string | undefined>;
  /** Undefined for an object that an edit of this draft has changed: its version is not known before it is projected. */
  readonly versionOf: (kind: FleetKind, name: string, path: string) => Promise<number | undefined>;
  /** What an edit is judged against. */
  readonly around: () => Promise<FleetAround>;
  /** Every file as the draft leaves it. */
  readonly listing: () => FleetListing;
  readonly keep: (files: Iterable<readonly [path: string, text: string | undefined]>) => void;
}

/** `head` is projected: forms, problems and versions come from there, and only what they do not tell is read from git. */
export async function openDraft(
  mirror: Mirror,
  head: string,
  projection: Pick<ProjectionStore, "files" | "version">,
  signal: AbortSignal,
): Promise<FleetDraft> {
  const tree = await mirror.files(head, "", fleetLimits, signal);
  const files = new Map(tree.map((file) => [file.path, file]));
  const paths = pathsByObject(tree);
  const drafted = new Map<string, string | undefined>();
  let unsaid: Promise<FleetAround> | undefined;

  /** Of files with a problem the projection holds an older form, or none. */
  const loadUnsaid = async (): Promise<FleetAround> => {
    const projected = await projection.files();
    const listing = new Map(tree.map(({ path, object, kind }) => [path, { blob: object, kind }]));
    const texts = await readTexts(mirror, tree, filesToRead(projected, listing), signal);
    const gone = projected.filter(({ path }) => !files.has(path)).map(({ path }) => [path, undefined] as const);
    const read = [...texts].filter((one): one is [string, string] => typeof one[1] === "string");
    return { projected, texts: new Map([...gone, ...read]) };
  };

  return {
    pathOf: (kind, name) => paths.get(`${kind} ${name}`),
    async textOf(path) {
      if (drafted.has(path)) return drafted.get(path);
      const file = files.get(path);
      if (file === undefined) return undefined;
      return new TextDecoder().decode((await mirror.contents([file], fleetLimits, signal)).get(path));
    },
    versionOf: async (kind, name, path) => (drafted.has(path) ? undefined : projection.version(kind, name)),
    async around() {
      unsaid ??= loadUnsaid();
      const { projected, texts } = await unsaid;
      return { projected, texts: new Map([...texts, ...drafted]) };
    },
    listing() {
      const listing = new Map(tree.map(({ path, object, kind }) => [path, { blob: object, kind }]));
      for (const [path, text] of drafted)
        if (text === undefined) listing.delete(path);
        else listing.set(path, { blob: draftedBlob, kind: "file" });
      return listing;
    },
    keep(changed) {
      for (const [path, text] of changed) drafted.set(path, text);
    },
  };
}

/** Text that is in no commit has no id. */
const draftedBlob = "draft";

function pathsByObject(tree: readonly TreeFile[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const { path } of tree) {
    const place = parseFleetPath(path);
    if (place.kind === "object") paths.set(`${place.of} ${place.name}`, path);
  }
  return paths;
}
