/** How many objects an application that only reports would create, change and so on. */
export interface ReportedChanges {
  readonly create: number;
  readonly update: number;
  readonly prune: number;
  readonly conflict: number;
  readonly unknown: number;
}

const words: readonly [keyof ReportedChanges, string][] = [
  ["create", "to create"],
  ["update", "to change"],
  ["prune", "to delete"],
  ["conflict", "in conflict"],
  ["unknown", "that cannot be applied"],
];

/** "1 to create, 2 in conflict; nothing is written". Undefined when there is nothing to do. */
export function changesText(changes: ReportedChanges): string | undefined {
  const told = words.filter(([word]) => changes[word] > 0).map(([word, text]) => `${changes[word]} ${text}`);
  return told.length > 0 ? `${told.join(", ")}; nothing is written` : undefined;
}
