/** The names under which kustomize looks for its file. */
export const kustomizationNames: ReadonlySet<string> = new Set(["kustomization.yaml", "kustomization.yml", "Kustomization"]);

/**
 * The files of a folder that hold manifests, in the order of their paths: every .yaml, .yml and .json below it, except Kustomize's own
 * files and whatever lies under a name that begins with a dot (CI configuration, editors' folders).
 */
export function manifestFiles(files: ReadonlyMap<string, Uint8Array>, folder: string): ReadonlyMap<string, Uint8Array> {
  const prefix = folder === "" ? "" : `${folder}/`;
  const isManifest = (path: string): boolean => {
    if (!path.startsWith(prefix)) return false;
    const segments = path.slice(prefix.length).split("/");
    const isHidden = segments.some((segment) => segment.startsWith("."));
    return !isHidden && /\.(ya?ml|json)$/.test(path) && !kustomizationNames.has(segments.at(-1) ?? "");
  };
  return new Map([...files].filter(([path]) => isManifest(path)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
