import { headers, type PublishOptions } from "@nats-io/transport-node";
import { withDeadline } from "@drover/kit/node";
import { subject } from "@drover/proto/wire";
import type { AssignSender } from "../../app/agents/publish-envelopes.ts";
import type { NatsLink } from "./connection.ts";

const flushDeadlineMs = 5_000;

export const createAssignSender = (publisher: NatsLink): AssignSender => ({
  healthy: publisher.healthy,
  async send(messages) {
    const connection = publisher.live();
    for (const { cluster, text, traceparent } of messages)
      connection.publish(subject("assign", cluster), text, traceparent === undefined ? {} : traced(traceparent));
    await withDeadline(connection.flush(), flushDeadlineMs, "flush envelopes to NATS");
  },
});

function traced(traceparent: string): PublishOptions {
  const carrier = headers();
  carrier.set("traceparent", traceparent);
  return { headers: carrier };
}
