import { placesOf } from "./places.ts";

/** Guards that others have put on an object: taking them off would free what they hold, whoever set them and whatever git says. */
export const guarded = placesOf([
  ["metadata", "finalizers"],
  ["metadata", "ownerReferences"],
]);
