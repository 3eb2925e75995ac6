import type { ReceiverType } from "@drover/proto/fleet";
import type { Message } from "./message.ts";

/** What somebody sends to see whether a receiver is reached. A service that opens incidents is asked to close one that there is not. */
export const testMessage = (name: string, actor: string, at: string, receiver: ReceiverType): Message => ({
  event: "Test",
  severity: "Info",
  subject: `notifications/${name}`,
  title: `Test of notification ${name}`,
  text: `${actor} wants to know whether this arrives. Nothing has happened.`,
  facts: [{ name: "Notification", value: name }],
  path: "/",
  at,
  concerns: { projects: "all", environments: "all", applications: "all" },
  ...(receiver === "PagerDuty" ? { incident: { key: `test ${name}`, action: "resolve" } } : {}),
});
