import type { ApiDeps } from "../deps.ts";
import type { Handlers } from "../operation.ts";
import { pageAnswer, pageRequest } from "../page-token.ts";

type Ids = "listNotifications" | "getNotification" | "testNotification" | "listDeliveries" | "getDelivery" | "retryDelivery";

export const notificationOperations = ({
  reads: { notifications },
  commands,
}: {
  readonly reads: Pick<ApiDeps["reads"], "notifications">;
  readonly commands: Pick<ApiDeps["commands"], "testNotification" | "retryDelivery">;
}): Handlers<Ids> => ({
  listNotifications: async (request) => pageAnswer(request, await notifications.list(pageRequest(request))),
  getNotification: ({ params }) => notifications.get(params.notification),
  testNotification: ({ caller, params, body }) => commands.testNotification(caller, params.notification, body.reason),
  listDeliveries: async (request) => pageAnswer(request, await notifications.listDeliveries(pageRequest(request))),
  getDelivery: ({ params }) => notifications.getDelivery(params.delivery),
  retryDelivery: ({ caller, params, body }) => commands.retryDelivery(caller, params.delivery, body.reason),
});
