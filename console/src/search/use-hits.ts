import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { destinations } from "../shell/navigation.ts";
import { hitsOf, type Hit } from "./hits-of.ts";

const settledMs = 120;

/** What the typed words may mean: pages first, then what the server knows by that name. */
export function useHits(typed: string): { readonly hits: readonly Hit[]; readonly said: string } {
  const { client } = useApi();
  const words = typed.trim();
  const [q] = useDebouncedValue(words, settledMs);
  const found = useQuery({
    queryKey: ["search", q],
    enabled: q !== "",
    placeholderData: keepPreviousData,
    refetchInterval: false,
    queryFn: ({ signal }) => client("search", { query: { q }, signal }),
  });
  const pages = destinations
    .filter(({ label }) => label.toLowerCase().includes(words.toLowerCase()))
    .map(({ to, label }): Hit => ({ id: `page ${to}`, group: "Pages", title: label, to }));
  const named = words === "" ? [] : hitsOf(found.data?.items ?? []);
  const isLooking = q !== words || found.isFetching;
  return { hits: [...pages, ...named], said: found.error?.message ?? (isLooking ? "Looking…" : `Nothing is called “${typed}”.`) };
}
