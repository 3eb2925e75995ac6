/** Kinds of fleet files that the console edits, with how each is called in addresses and by people. */
export const editableKinds = {
  applications: "Application",
  environments: "Environment",
  strategies: "Strategy",
  projects: "Project",
  freezes: "Freeze",
} as const;
export type Collection = keyof typeof editableKinds;

export const collections = Object.keys(editableKinds) as readonly Collection[];
export const collectionOf = (text: string): Collection | undefined => collections.find((one) => one === text);

/** What the editor edits: a file of a collection, or drover.yaml, of which there is exactly one. */
export type Edited = Collection | "settings";

/** What the editor needs of an object of any kind. */
export interface FleetFile {
  readonly name: string;
  readonly spec: object;
  readonly path: string;
  readonly version: number;
  readonly updatedAt: string;
  readonly problem?: { readonly code: string; readonly message: string };
}
