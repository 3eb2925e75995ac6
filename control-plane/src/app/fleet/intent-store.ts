import type { ErrorKind } from "@drover/kit";
import type { FleetEdit } from "../../domain/fleet/fleet-edit.ts";
import type { Caller } from "../access/caller.ts";

export type IntentKind = "Promotion" | "Rollback" | "ClusterAdded" | "FileEdit" | "Removal" | "RemovalDone";

/** A change that was asked for, on its way into git. */
export interface Intent {
  readonly id: string;
  readonly kind: IntentKind;
  /** `<environment>/<application>`, the name of a cluster or of an application. */
  readonly subject: string;
  readonly edit: FleetEdit;
  readonly reason: string;
  readonly actor: string;
}

/** Why an intent will never be carried out. */
export interface IntentError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** `pending` may still be withdrawn; `writing` belongs to the writer; `current` is in git and projected. */
export interface IntentState {
  readonly state: "pending" | "writing" | "current" | "void";
  readonly commit: string | undefined;
  readonly error: IntentError | undefined;
}

export interface IntentStore {
  /** Writes the intent with its audit row and asks the writer, in one transaction. */
  add(intent: Intent, caller: Caller): Promise<void>;
  /** Records an intent that is fulfilled already: nothing will be written. `commit` is the one that fulfilled it, when known. */
  addFulfilled(intent: Intent, commit: string | undefined, caller: Caller): Promise<void>;
  load(id: string): Promise<IntentState | undefined>;
  /** Whether any waits to be written, or was being written when its writer stopped. */
  hasOpen(): Promise<boolean>;
  /** The oldest open intents, all `writing` from now on. Whoever calls must be the only writer; what another left `writing` is taken over. */
  take(limit: number): Promise<readonly Intent[]>;
  /** In git and projected, without a commit of its own. */
  settleFulfilled(id: string, commit: string): Promise<void>;
  voidIntents(ids: readonly string[], error: IntentError): Promise<void>;
  /** Withdraws one that no writer has taken. False when it is too late. */
  withdraw(id: string, error: IntentError): Promise<boolean>;
}
