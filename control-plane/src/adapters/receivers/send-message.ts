import type { SendMessage } from "../../app/notification/send-message.ts";
import { sendPagerDuty, sendSlack, sendTeams } from "./chat.ts";
import { credentialFiles } from "./credential-files.ts";
import type { ReceiverOptions } from "./receiver-options.ts";
import { sendMail } from "./smtp.ts";
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
        return sendSlack(options, files, outgoing, signal);
      case "Teams":
        return sendTeams(options, files, outgoing, signal);
      case "Email":
        return sendMail(options, receiver, files, outgoing, signal);
      case "PagerDuty":
        return sendPagerDuty(options, files, outgoing, signal);
    }
  };
