import { checkUrl } from "./check-url.ts";
import type { KeyPath } from "./fleet-yaml.ts";
import type { Notification, Receiver } from "./notification-schema.ts";
import type { ReceiverType } from "./notification-words.ts";
import type { ObjectFault } from "./object-fault.ts";

type Key = Exclude<keyof Receiver, "type" | "credentialsRef">;

/** Every key of a type is needed by it. One that says nothing to the type is a mistake: its author believes that it counts. */
const keysOf: Readonly<Record<ReceiverType, readonly Key[]>> = {
  Webhook: ["url"],
  Slack: [],
  Teams: [],
  Email: ["from", "to"],
  PagerDuty: [],
};

export function checkNotification({ receiver }: Notification): readonly ObjectFault[] {
  const { type, url } = receiver;
  const needed = keysOf[type];
  const given = (Object.keys(receiver) as (keyof Receiver)[]).filter((key): key is Key => key !== "type" && key !== "credentialsRef");
  const takes = ["credentialsRef", ...needed].join(", ");
  const problem = url === undefined ? undefined : checkUrl(url, "notifications");
  return [
    ...needed.filter((key) => receiver[key] === undefined).map((key) => wrong(["receiver"], `a receiver of type ${type} needs ${key}`)),
    ...given
      .filter((key) => !needed.includes(key))
      .map((key) => wrong(["receiver", key], `a receiver of type ${type} has no ${key}; it takes ${takes}${hint(key)}`)),
    ...(problem === undefined || !needed.includes("url") ? [] : [wrong(["receiver", "url"], problem)]),
  ];
}

const wrong = (keys: KeyPath, message: string): ObjectFault => ({ keys, code: "FLEET_NOTIFICATION_INVALID", message });

/** Such URLs are secrets themselves. */
const hint = (key: Key): string => (key === "url" ? "; its address lies in the Secret that credentialsRef names" : "");
