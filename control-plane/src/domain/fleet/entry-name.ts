/** Why a name in a tree must not be used as a file name anywhere; undefined when it is a plain one. */
export function entryNameProblem(name: string): string | undefined {
  if (name === "" || name === "." || name === "..") return "it is a step in a path, not a name";
  // Some file systems read these as `.git` too: case-insensitive ones, and Windows' short names.
  if (/^(\.git|git~1)[. ]*$/i.test(name)) return "it names git's own folder";
  if (/\p{Cc}/u.test(name)) return "it holds a control character";
  if (/[/\\]/.test(name)) return "it holds a slash";
  if (name.includes("\ufffd")) return "it is no UTF-8";
  if (/[. ]$/.test(name)) return "it ends in a dot or a space";
  return undefined;
}

/** The steps of a path as people write it: `./deploy/`, `deploy`, or nothing for the root. The second form says why it is refused. */
export type FolderPath =
  | { readonly kind: "path"; readonly steps: readonly string[] }
  | { readonly kind: "unsafe"; readonly step: string; readonly because: string };

export function parseFolderPath(text: string): FolderPath {
  const steps = text.split("/").filter((step, index) => !(step === "." || (step === "" && (index > 0 || text === ""))));
  for (const step of steps) {
    const because = step === "" ? "the path is absolute" : entryNameProblem(step);
    if (because !== undefined) return { kind: "unsafe", step, because };
  }
  return { kind: "path", steps };
}

/** Two names with one key look alike and are one name to some file systems: they differ only in the way accents are composed. */
export const entryNameKey = (name: string): string => name.normalize("NFC");
