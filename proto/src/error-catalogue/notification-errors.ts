import { type ErrorEntries, entry } from "./entry.ts";

export const notificationErrors: ErrorEntries = {
  NOTIFICATION_NOT_FOUND: entry(
    "not-found",
    "The fleet repository has no notification of this name.",
    "A mistyped name, or its file was removed; on a delivery: before it was sent.",
    "List with `drover get notifications`.",
  ),
  DELIVERY_NOT_FOUND: entry(
    "not-found",
    "There is no delivery with this id.",
    "A mistyped id, or it is older than 30 days.",
    "List with `drover get deliveries`.",
  ),
  DELIVERY_NOT_DEAD: entry(
    "wrong-state",
    "The delivery has not been given up on.",
    "It was delivered, or it is going to be tried again by itself.",
    "Look with `drover get deliveries`; only dead ones are retried.",
  ),
  DELIVERY_WAITS: entry(
    "timeout",
    "The message was not sent while the command waited.",
    "Others of the same notification wait before it, or no replica has the role planner.",
    "Look with `drover get deliveries`; it is sent by itself.",
  ),
  NOTIFICATIONS_READ_MEANWHILE: entry(
    "stale",
    "Another replica has read the same events.",
    "Several replicas look at once; one wins.",
    "Nothing: it goes on from there.",
  ),
  NOTIFICATION_CREDENTIALS_MISSING: entry(
    "shown",
    "The Secret that credentialsRef names does not hold what the receiver needs.",
    "It is not mounted under DROVER_CREDENTIALS_DIR, or a file in it has another name.",
    "Mount it; the message names the folder and the file. Deliveries are tried again by themselves.",
  ),
  NOTIFICATION_CREDENTIALS_INVALID: entry(
    "shown",
    "What the Secret holds cannot be used.",
    "Its address is no URL of the form that the receiver needs.",
    "Correct the Secret, then `drover notification retry`.",
  ),
  NOTIFICATION_EGRESS_REFUSED: entry(
    "shown",
    "The receiver resolves to an address that Drover may not call.",
    "It is a loopback, link-local or metadata address, or a private one while DROVER_EGRESS_PRIVATE is deny.",
    "Name host:port in DROVER_EGRESS_ALLOW if that is meant.",
  ),
  NOTIFICATION_UNREACHABLE: entry(
    "shown",
    "The receiver did not take the message now.",
    "It is down, overloaded (429, 5xx), or its name does not resolve.",
    "Nothing: it is tried again, ten times in about three hours, or when it says so.",
  ),
  NOTIFICATION_TIMEOUT: entry(
    "shown",
    "The receiver did not answer in time.",
    "It took longer than 15 seconds.",
    "Nothing: it is tried again. A receiver that works on messages for long should answer first.",
  ),
  NOTIFICATION_REFUSED: entry(
    "shown",
    "The receiver does not want the message.",
    "A revoked or mistyped address, an archived channel, a redirect, an unknown recipient.",
    "The delivery shows what the receiver said. Correct it, then `drover notification retry`.",
  ),
};
