import type { Answer, Body, OperationId, Params, Query } from "@drover/proto/rest";
import type { Caller } from "../app/access/caller.ts";
import type { Principal } from "../app/access/tokens.ts";

/** A request once it is authorised and its parts have the shapes of its route. */
export interface ApiRequest<Id extends OperationId> {
  readonly operation: Id;
  readonly params: Params<Id>;
  readonly query: Query<Id>;
  readonly body: Body<Id>;
  readonly caller: Caller;
  readonly principal: Principal | undefined;
  readonly requestId: string;
  readonly rawBody: Buffer;
  readonly header: (name: string) => string | undefined;
  readonly signal: AbortSignal;
}

export type Handler<Id extends OperationId> = (request: ApiRequest<Id>) => Promise<Answer<Id> | TextAnswer>;
export type Handlers<Id extends OperationId> = { readonly [Each in Id]: Handler<Each> };

/** An answer of another media type than JSON. */
export interface TextAnswer {
  readonly text: string;
  readonly contentType: string;
  readonly status?: number;
}
export const isText = (answer: unknown): answer is TextAnswer => typeof answer === "object" && answer !== null && "contentType" in answer;
