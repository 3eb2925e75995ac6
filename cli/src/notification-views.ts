import type { Delivery, Notification } from "@drover/proto/rest";
import { age } from "./output/cell-text.ts";
import type { View } from "./output/print.ts";

const all = (names: readonly string[] | undefined): string => names?.join(",") ?? "all";

export const notificationView: View<Notification> = {
  kind: "notification",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    { head: "RECEIVER", cell: ({ spec }) => spec.receiver.type },
    { head: "SEVERITIES", cell: ({ spec }) => all(spec.severities) },
    { head: "ENVIRONMENTS", cell: ({ spec }) => all(spec.environments) },
    { head: "WAITING", cell: ({ waiting }) => waiting },
    { head: "DEAD", cell: ({ dead }) => dead },
    { head: "LAST DELIVERED", cell: ({ lastDeliveredAt }) => (lastDeliveredAt === undefined ? "never" : `${age(lastDeliveredAt)} ago`) },
    { head: "PROBLEM", cell: ({ problem }) => problem?.message },
    { head: "PROJECTS", cell: ({ spec }) => all(spec.projects), wide: true },
    { head: "APPLICATIONS", cell: ({ spec }) => all(spec.applications), wide: true },
    { head: "EVENTS", cell: ({ spec }) => all(spec.events), wide: true },
  ],
};

export const deliveryView: View<Delivery> = {
  kind: "delivery",
  name: ({ id }) => id,
  columns: [
    { head: "ID", cell: ({ id }) => id },
    { head: "NOTIFICATION", cell: ({ notification }) => notification },
    { head: "EVENT", cell: ({ event }) => event },
    { head: "SEVERITY", cell: ({ severity }) => severity },
    { head: "STATE", cell: ({ state }) => state },
    { head: "ATTEMPTS", cell: ({ attempts }) => attempts },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "SAID", cell: ({ log }) => log.at(-1)?.said },
    { head: "TITLE", cell: ({ title }) => title, wide: true },
    { head: "SUBJECT", cell: ({ subject }) => subject, wide: true },
  ],
};
