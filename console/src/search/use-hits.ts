import { useClusters } from "../queries/clusters.ts";
import { destinations } from "../shell/navigation.ts";

export interface Hit {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly detail?: string;
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
}

const maxOfKind = 8;

/** What the typed words may mean, pages first. */
export function useHits(query: string): { readonly hits: readonly Hit[]; readonly said: string } {
  const clusters = useClusters();
  const words = query.trim().toLowerCase();
  const matches = (text: string): boolean => text.toLowerCase().includes(words);
  const pages = destinations
    .filter(({ label }) => matches(label))
    .map(({ to, label }): Hit => ({ id: `page ${to}`, group: "Pages", title: label, to }));
  const found = words === "" ? [] : (clusters.data?.items ?? []).filter(({ name }) => matches(name)).slice(0, maxOfKind);
  const hits = [
    ...pages,
    ...found.map(({ id, name, state }): Hit => ({ id, group: "Clusters", title: name, detail: state, to: `/clusters/${name}` })),
  ];
  return { hits, said: clusters.isPending ? "Looking…" : `Nothing has “${query}” in its name.` };
}
