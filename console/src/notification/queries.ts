import { useQuery } from "@tanstack/react-query";
import type { Delivery } from "@drover/proto/rest";
import { useApi } from "../api/api.ts";
import { pageSize } from "../queries/whole.ts";

const shownDeliveries = 100;

export function useNotifications() {
  const { client } = useApi();
  return useQuery({
    queryKey: ["notifications"],
    queryFn: async ({ signal }) => (await client("listNotifications", { query: { pageSize }, signal })).items,
  });
}

export function useDeliveries(state: Delivery["state"] | undefined) {
  const { client } = useApi();
  return useQuery({
    queryKey: ["deliveries", state],
    queryFn: async ({ signal }) => (await client("listDeliveries", { query: { state, pageSize: shownDeliveries }, signal })).items,
  });
}
