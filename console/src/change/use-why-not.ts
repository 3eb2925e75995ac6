import { useIdentity } from "../api/identity.ts";
import { type Wish, whyNot } from "./may.ts";

/** Why the person who is signed in may not; undefined when he may. */
export const useWhyNot = (wish: Wish): string | undefined => whyNot(useIdentity().data, wish);
