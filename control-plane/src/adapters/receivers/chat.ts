import type { Secret } from "@drover/kit";
import { pagerDutyEvent } from "../../domain/notification/format/pager-duty.ts";
import { slackMessage } from "../../domain/notification/format/slack.ts";
import { teamsMessage } from "../../domain/notification/format/teams.ts";
import type { Outgoing } from "../../domain/notification/outgoing.ts";
import type { Sent } from "../../domain/notification/retry.ts";
import type { CredentialFiles } from "./credential-files.ts";
import { post } from "./post.ts";
import { missing, type ReceiverOptions } from "./receiver-options.ts";

type SendTo = (options: ReceiverOptions, files: CredentialFiles, outgoing: Outgoing, signal: AbortSignal) => Promise<Sent>;

/** Whoever knows the URL may write there: it is the secret. */
export const sendSlack: SendTo = (options, files, outgoing, signal) =>
  postSecretUrl(options, files, slackMessage(outgoing), "an incoming webhook's URL", signal);

export const sendTeams: SendTo = (options, files, outgoing, signal) =>
  postSecretUrl(options, files, teamsMessage(outgoing), "a workflow's URL", signal);

/** In the United States unless the Secret says where: who edits a notification must not be able to send the key elsewhere. */
const pagerDutyUrl = "https://events.pagerduty.com/v2/enqueue";

export const sendPagerDuty: SendTo = async (options, files, outgoing, signal) => {
  const routingKey = await files.read("routing-key");
  if (routingKey === undefined) return missing(files, "routing-key", "the integration key of a service");
  const event = pagerDutyEvent(outgoing);
  if (event === undefined) return { kind: "Delivered", said: "nothing to open or to close" };
  const url = (await files.read("events-url"))?.reveal() ?? pagerDutyUrl;
  return postJson(options, url, await files.read("ca.crt"), { routing_key: routingKey.reveal(), ...event }, signal);
};

async function postSecretUrl(
  options: ReceiverOptions,
  files: CredentialFiles,
  body: object,
  what: string,
  signal: AbortSignal,
): Promise<Sent> {
  const url = await files.read("webhook-url");
  if (url === undefined) return missing(files, "webhook-url", what);
  return postJson(options, url.reveal(), await files.read("ca.crt"), body, signal);
}

const postJson = (options: ReceiverOptions, url: string, ca: Secret | undefined, body: object, signal: AbortSignal): Promise<Sent> =>
  post(options, { url, headers: { "content-type": "application/json" }, body: JSON.stringify(body), ca, isTrusted: true }, signal);
