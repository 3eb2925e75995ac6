import type { Rollout } from "@drover/proto/rest";
import { Suspense, useState } from "react";
import { PermittedButton } from "../change/permitted-button.tsx";
import { type Order, orders, whyNotNow } from "./orders.ts";
import { latePart } from "../late/late-part.ts";
import { useNewestOfPlace } from "./queries.ts";

const OrderDialog = latePart(async () => (await import("./order-dialog.tsx")).OrderDialog);
const RollbackDialog = latePart(async () => (await import("../application/rollback-dialog.tsx")).RollbackDialog);

const labels = { pause: "Pause…", resume: "Resume…", retry: "Retry failed…", abort: "Abort…" } as const satisfies Record<Order, string>;

const labelOf = (order: Order, { phase }: Rollout): string => (order === "retry" && phase === "Aborted" ? "Retry…" : labels[order]);

/** What can be ordered of the whole rollout. Each button says why it cannot be pressed. */
export function RolloutActions({ rollout }: { readonly rollout: Rollout }) {
  const [opened, setOpened] = useState<Order | "rollback">();
  const { application, environment, revision } = rollout;
  const newest = useNewestOfPlace(rollout, rollout.phase === "Aborted").data;
  const close = (): void => setOpened(undefined);
  return (
    <>
      {orders.map((order) => (
        <PermittedButton
          key={order}
          wish={{ permission: "rollout.control" }}
          notNow={whyNotNow(order, rollout, newest)}
          onClick={() => setOpened(order)}
        >
          {labelOf(order, rollout)}
        </PermittedButton>
      ))}
      <PermittedButton wish={{ permission: "promotion.create" }} onClick={() => setOpened("rollback")}>
        Roll back…
      </PermittedButton>
      <Suspense fallback={null}>
        {opened === "rollback" && <RollbackDialog application={application} environment={environment} current={revision} onClose={close} />}
        {opened !== undefined && opened !== "rollback" && <OrderDialog order={opened} rollout={rollout} onClose={close} />}
      </Suspense>
    </>
  );
}
