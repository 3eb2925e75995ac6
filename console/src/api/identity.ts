import { useQuery } from "@tanstack/react-query";
import { useApi } from "./api.ts";

const identityHoldsMs = 300_000;

/** Who is signed in, as the server sees it. */
export function useIdentity() {
  const { client } = useApi();
  return useQuery({ queryKey: ["identity"], queryFn: ({ signal }) => client("whoAmI", { signal }), refetchInterval: identityHoldsMs });
}

/** Whether to offer something. The server decides all the same; until it has said who asks, nothing is offered. */
export const useMay = (permission: string): boolean => useIdentity().data?.permissions.includes(permission) ?? false;
