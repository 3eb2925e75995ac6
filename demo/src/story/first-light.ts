import { promoteSecondVersion, stagingFollows } from "./follow-the-branch.ts";
import { heal } from "./heal.ts";
import { promoteToProduction, promoteToStaging } from "./promote-first-version.ts";
import { pinStaging, productionBackAndForward } from "./roll-back.ts";
import type { Step } from "./step.ts";
import { stopBadVersion } from "./stop-a-bad-version.ts";
import { comeBack, healWithoutAnybody } from "./survive-an-outage.ts";

/** One application's way through a fleet, and what may happen to it there. Each step begins where the one before it ended. */
export const firstLight: readonly Step[] = [
  promoteToStaging,
  promoteToProduction,
  stagingFollows,
  promoteSecondVersion,
  heal,
  stopBadVersion,
  pinStaging,
  productionBackAndForward,
  healWithoutAnybody,
  comeBack,
];
