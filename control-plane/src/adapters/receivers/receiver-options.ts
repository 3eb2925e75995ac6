import type { Clock } from "@drover/kit/node";
import type { Sent } from "../../domain/notification/retry.ts";
import type { EgressOptions } from "../egress/resolve-checked.ts";
import type { CredentialFile, CredentialFiles } from "./credential-files.ts";

export interface ReceiverOptions extends EgressOptions {
  readonly clock: Pick<Clock, "now">;
}

/** A Secret that is not mounted yet, or wrongly made: trying again helps as soon as somebody has mounted it. */
export const missing = ({ place }: CredentialFiles, file: CredentialFile, what: string): Sent => ({
  kind: "Failed",
  code: "NOTIFICATION_CREDENTIALS_MISSING",
  said: `open ${place}: it must hold ${file}, ${what}`,
});
