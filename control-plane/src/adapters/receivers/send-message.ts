import type { SendMessage } from "../../app/notification/send-message.ts";
import { credentialFiles } from "./credential-files.ts";
import type { ReceiverOptions } from "./receiver-options.ts";
import { sendWebhook } from "./webhook.ts";

/** One sender for each type of receiver, behind one port. */
export const createSendMessage =
  ({ credentialsDir, ...options }: ReceiverOptions & { readonly credentialsDir: string }): SendMessage =>
  (receiver, outgoing, signal) => {
    const files = credentialFiles(credentialsDir, receiver.credentialsRef);
    switch (receiver.type) {
      case "Webhook":
        return sendWebhook(options, receiver.url ?? "", files, outgoing, signal);
      case "Slack":
      case "Teams":
      case "Email":
      case "PagerDuty":
        return Promise.resolve({ kind: "Refused", code: "NOTIFICATION_REFUSED", said: `${receiver.type} is not served yet` });
    }
  };
