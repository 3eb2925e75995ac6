import { DroverError } from "@drover/kit";
import type { HeldPrune, NewPruneApproval, PruneApproval } from "@drover/proto/rest";
import type { Caller } from "../access/caller.ts";
import type { ListRequest, Page } from "../page.ts";

/** Reported: also those of a generation that has passed, which their agents have not reported anew since. Held alone when absent. */
export type Holds = "Held" | "Reported";

/** PostgreSQL implements this in adapters/pg. */
export interface PruneApprovals {
  listHeld(request: ListRequest, which?: Holds): Promise<Page<HeldPrune>>;
  getHeld(id: string): Promise<HeldPrune | undefined>;
  /**
   * Approval, audit row, event, changed envelopes and a look at the place's rollouts, in one transaction. Approving again changes nothing.
   * Undefined when no cluster of the place holds this list.
   */
  approve(id: string, request: NewPruneApproval, caller: Caller): Promise<PruneApproval | undefined>;
}

/** Lets agents delete what they hold back. The hash names the list, so that nobody approves what he has not seen. */
export const createPruneApproval =
  ({ approvals, newId }: { readonly approvals: PruneApprovals; readonly newId: () => string }) =>
  async (caller: Caller, request: NewPruneApproval): Promise<PruneApproval> => {
    const approval = await approvals.approve(newId(), request, caller);
    if (approval !== undefined) return approval;
    const { application, environment, hash } = request;
    throw new DroverError(
      "wrong-state",
      "PRUNE_NOT_HELD",
      `approve deletions of ${application} in ${environment}: no cluster holds the list ${hash} now; see \`drover prune list ${application} --environment ${environment}\``,
    );
  };
