import { DroverError } from "@drover/kit";

/** A folder as fleet files name it (`./deploy/`, ``, `.`), as paths in the repository begin with it (`deploy`, ``). */
export function normalFolder(folder: string): string {
  const segments = folder.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (folder.startsWith("/") || segments.includes("..") || folder.includes("\\"))
    throw new DroverError("invalid", "SOURCE_PATH_UNSAFE", `read ${folder}: the path leaves the repository; write it from its root`);
  return segments.join("/");
}

/**
 * Refuses file names that could leave a folder or hide in one. Whoever read the files has checked them; this is looked at again where
 * they are about to be written to a disk.
 */
export function checkPaths(paths: Iterable<string>): void {
  for (const path of paths) {
    const isSafe = path
      .split("/")
      .every((segment) => segment !== "" && segment !== "." && segment !== ".." && segment.toLowerCase() !== ".git");
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    if (!isSafe || /[\u0000-\u001f\u007f\\]/.test(path))
      throw new DroverError(
        "invalid",
        "SOURCE_PATH_UNSAFE",
        `read ${JSON.stringify(path)}: the file's name is not safe to write; rename it`,
      );
  }
}
