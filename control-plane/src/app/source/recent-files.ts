import type { SourceFiles } from "./source-files.ts";

/** Large repositories are read anew for every render rather than kept. */
const limits = { sets: 4, bytesEach: 16 * 1024 * 1024 } as const;

/**
 * Remembers the files that were read last: a fleet whose clusters have values of their own renders one commit many times in a row.
 * Files of a commit never change, so nothing here grows old.
 */
export function recentFiles(sources: SourceFiles): SourceFiles {
  const recent = new Map<string, ReadonlyMap<string, Uint8Array>>();

  const remember = (key: string, files: ReadonlyMap<string, Uint8Array>): void => {
    recent.delete(key);
    if (sizeOf(files) > limits.bytesEach) return;
    recent.set(key, files);
    const [oldest] = recent.keys();
    if (recent.size > limits.sets && oldest !== undefined) recent.delete(oldest);
  };

  return {
    resolve: sources.resolve,
    commit: sources.commit,
    async files(place, revision, folder, signal) {
      const key = JSON.stringify([place.repository, place.credentialsRef, revision, folder]);
      const files = recent.get(key) ?? (await sources.files(place, revision, folder, signal));
      remember(key, files);
      return files;
    },
  };
}

function sizeOf(files: ReadonlyMap<string, Uint8Array>): number {
  let bytes = 0;
  for (const { length } of files.values()) bytes += length;
  return bytes;
}
