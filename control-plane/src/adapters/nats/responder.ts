import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import { type ClusterId, toDroverError } from "@drover/kit";
import type { Log } from "@drover/kit/node";
import { clusterOf, queueGroup, subjectOfAll } from "@drover/proto/wire";

/** Answers one agent's request, always: a refusal is an answer. What it throws is a fault of ours; the agent asks again. */
export type Answerer = (cluster: ClusterId, payload: Uint8Array) => Promise<object>;

export interface ResponderDeps {
  readonly sync: Answerer;
  readonly report: Answerer;
  readonly bundle: Answerer;
  readonly log: Log;
}

const answered = ["sync", "report", "bundle"] as const;
type Answered = (typeof answered)[number];

/**
 * Requests in work at once. Beyond it the agent is not answered at all and asks again after its time-out, which costs us
 * nothing; answers of `busy` come from the answerers, long before. Reports wait for their batch, so many may be open.
 */
const maxInWork: Readonly<Record<Answered, number>> = { sync: 256, report: 20_000, bundle: 64 };

/**
 * Replies to mapped inboxes start so. A reply subject that an agent chose itself would let it make us publish with our own
 * rights; the account boundary maps it, and this refuses whatever came another way.
 */
export const isMappedReply = (reply: string | undefined): boolean => reply?.startsWith("_R_") === true;

/** Serves the agents' requests until the connection drains; the replicas share them in a queue group. */
export function serveAgents(connection: NatsConnection, deps: ResponderDeps): readonly Subscription[] {
  return answered.map((channel) => serve(connection, channel, deps[channel], deps.log));
}

function serve(connection: NatsConnection, channel: Answered, answer: Answerer, log: Log): Subscription {
  let inWork = 0;
  const handle = async (message: Msg): Promise<void> => {
    if (!isMappedReply(message.reply)) return log.warn({ channel, reply: message.reply }, "dropped a request with a chosen reply subject");
    if (inWork >= maxInWork[channel]) return log.warn({ channel, inWork }, "dropped a request: too many in work");
    inWork += 1;
    try {
      const cluster = clusterOf(channel, message.subject);
      message.respond(JSON.stringify(await answer(cluster, message.data)));
    } catch (error) {
      log.warn({ channel, err: toDroverError(error) }, "could not answer an agent");
    } finally {
      inWork -= 1;
    }
  };
  return connection.subscribe(subjectOfAll(channel), {
    queue: queueGroup,
    callback: (error, message) => {
      if (error) log.warn({ channel, err: error }, "a subscription failed");
      else void handle(message);
    },
  });
}
