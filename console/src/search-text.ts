/** What stands behind the `?` is plain text: people type it, share it and read it. A page's `validateSearch` makes more of it. */
export const parseSearch = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));

export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

/** For `validateSearch`: those of the named parameters that are there, everything else is dropped. */
export function textsOf<const Name extends string>(search: Readonly<Record<string, unknown>>, names: readonly Name[]) {
  const given = names.flatMap((name) => (typeof search[name] === "string" ? [[name, search[name]] as const] : []));
  return Object.fromEntries(given) as { readonly [Key in Name]?: string | undefined };
}
