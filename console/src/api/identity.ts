import { useQuery } from "@tanstack/react-query";
import { useApi } from "./api.ts";

const identityHoldsMs = 300_000;

/** Who is signed in, as the server sees it. */
export function useIdentity() {
  const { client } = useApi();
  return useQuery({ queryKey: ["identity"], queryFn: ({ signal }) => client("whoAmI", { signal }), refetchInterval: identityHoldsMs });
}
