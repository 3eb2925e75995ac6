import type { Secret } from "@drover/kit";
import type {
  AnswerReceipt,
  AssignMessage,
  BundleAnswer,
  BundleRequest,
  Challenge,
  Dsse,
  EnrolmentRequest,
  Identity,
  RenewalRequest,
  ReportAnswer,
  SyncAnswer,
  SyncRequest,
} from "@drover/proto/wire";

/**
 * The way to the control plane. Requests fail with `unavailable` CONTROL_PLANE_UNREACHABLE while there is no connection
 * and with `timeout` when nobody answers; the link itself never gives up.
 */
export interface ControlPlane {
  sync(request: SyncRequest, signal: AbortSignal): Promise<SyncAnswer>;
  report(report: Dsse, signal: AbortSignal): Promise<ReportAnswer>;
  bundle(request: BundleRequest, signal: AbortSignal): Promise<BundleAnswer>;
  /** A signed chunk of the answer to a query. Only the replica that asked says whether it wants the next one; when it is gone, nobody does. */
  answer(chunk: Dsse, signal: AbortSignal): Promise<AnswerReceipt>;
  /** Connects anew with the credentials that are valid now. Messages in between are lost; a sync follows. */
  reconnect(): Promise<void>;
  close(): Promise<void>;
}

/** Who the agent is to the broker, read at every connect. */
export interface Credentials {
  readonly identity: Identity;
  readonly seed: Secret;
}

export interface ControlPlaneHandlers {
  /** After every connect and reconnect. */
  connected(): void;
  disconnected(): void;
  assign(message: AssignMessage): void;
  /** Somebody asks about this cluster. */
  query(query: Dsse): void;
}

/** Starts connecting and returns at once; the handlers are called in later turns. */
export type ConnectControlPlane = (credentials: () => Credentials, handlers: ControlPlaneHandlers) => ControlPlane;

/** The enrolment API. Errors carry the code that the server gave. */
export interface EnrolmentApi {
  challenge(signal: AbortSignal): Promise<Challenge>;
  enrol(request: EnrolmentRequest, signal: AbortSignal): Promise<Identity>;
  renew(request: RenewalRequest, signal: AbortSignal): Promise<Identity>;
}
