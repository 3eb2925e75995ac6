import type { Subscription, NatsConnection } from "@nats-io/transport-node";
import { type ClusterId, toDroverError } from "@drover/kit";
import { type Log, withDeadline } from "@drover/kit/node";
import { type AnswerReceipt, clusterOf, subject, subjectOfAll } from "@drover/proto/wire";
import type { QuerySender } from "../../app/question/ask-cluster.ts";
import type { NatsLink } from "./connection.ts";
import { isMappedReply } from "./responder.ts";

const flushDeadlineMs = 5_000;

export const createQuerySender = (publisher: NatsLink): QuerySender => ({
  async send(cluster, text) {
    const connection = publisher.live();
    connection.publish(subject("query", cluster), text);
    await withDeadline(connection.flush(), flushDeadlineMs, "flush a query to NATS");
  },
});

type Heard = (cluster: ClusterId, payload: Uint8Array) => Promise<AnswerReceipt | undefined>;

/** No queue group: every replica hears every chunk, and only the one that asked replies. */
export const hearAnswers = (connection: NatsConnection, heard: Heard, log: Log): Subscription =>
  connection.subscribe(subjectOfAll("answer"), {
    callback: (error, message) => {
      if (error) return log.warn({ err: error }, "a subscription failed");
      if (!isMappedReply(message.reply)) return log.warn({ reply: message.reply }, "dropped a chunk with a chosen reply subject");
      const answer = async (): Promise<void> => {
        const receipt = await heard(clusterOf("answer", message.subject), message.data);
        if (receipt !== undefined) message.respond(JSON.stringify(receipt));
      };
      answer().catch((err: unknown) => log.warn({ err: toDroverError(err) }, "could not answer a chunk"));
    },
  });
