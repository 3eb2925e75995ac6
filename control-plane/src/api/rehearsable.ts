import { type OperationId, type Route, routeTable } from "@drover/proto/rest";
import type { ApiDeps, Rehearsal } from "./deps.ts";
import type { ApiRequest, Handler } from "./operation.ts";

/**
 * Answers `validateOnly` for every operation that is marked as rehearsed: its own handler runs, with its own checks and refusals, and what it
 * changed is forgotten. So there is no second opinion on what would be.
 */
export function rehearsable<Operations extends object>(
  operations: Operations,
  { rehearse }: Pick<ApiDeps, "rehearse">,
  onStage: (rehearsal: Rehearsal) => Operations,
): Operations {
  const handlers = Object.entries(operations as Readonly<Record<string, Handler<OperationId>>>).map(([operation, handler]) => {
    const route: Route = routeTable[operation as OperationId];
    if (route.rehearsed !== true) return [operation, handler];
    const either = (request: ApiRequest<OperationId>) =>
      isRehearsal(request)
        ? rehearse((rehearsal) => (onStage(rehearsal) as Record<string, Handler<OperationId>>)[operation]!(request))
        : handler(request);
    return [operation, either];
  });
  return Object.fromEntries(handlers) as Operations;
}

const isRehearsal = ({ query }: ApiRequest<OperationId>): boolean =>
  (query as { readonly validateOnly?: boolean } | undefined)?.validateOnly === true;
