import type { Delivery } from "@drover/proto/rest";
import { NativeSelect } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Asked } from "../page/asked.tsx";
import { NextStep } from "../page/next-step.tsx";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { DeliveriesTable } from "./deliveries-table.tsx";
import { NotificationsTable } from "./notifications-table.tsx";
import { useDeliveries, useNotifications } from "./queries.ts";
import { Nothing } from "../page/nothing.tsx";

const states = ["Collecting", "Pending", "Delivered", "Dead"] as const satisfies readonly Delivery["state"][];
const example = `# notifications/shop.yaml
severities: [Warning, Critical]
receiver: { type: Slack, credentialsRef: shop-slack }`;

/** Who hears of what, and what became of each message. */
export function NotificationsPage() {
  const search = useSearch({ from: "/notifications" });
  const navigate = useNavigate();
  const state = states.find((one) => one === search.state);
  return (
    <Page title="Notifications">
      <Section title="Routes">
        <Asked of={useNotifications()}>
          {(notifications) =>
            notifications.length === 0 ? (
              <NextStep text="Nobody hears of anything yet. A notification is a file in the fleet repository:" command={example} />
            ) : (
              <NotificationsTable notifications={notifications} />
            )
          }
        </Asked>
      </Section>
      <Section
        title="Messages"
        about="of the last 30 days, newest first"
        actions={
          <NativeSelect
            size="xs"
            aria-label="State"
            data={[{ value: "", label: "all" }, ...states]}
            value={state ?? ""}
            onChange={({ currentTarget: { value } }) =>
              void navigate({ to: "/notifications", search: value === "" ? {} : { state: value }, replace: true })
            }
          />
        }
      >
        <Asked of={useDeliveries(state)}>
          {(deliveries) =>
            deliveries.length === 0 ? (
              <Nothing>No message {state === undefined ? "has been sent yet" : `is ${state}`}.</Nothing>
            ) : (
              <DeliveriesTable deliveries={deliveries} />
            )
          }
        </Asked>
      </Section>
    </Page>
  );
}
