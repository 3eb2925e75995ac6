import type { World } from "../world.ts";

/** One thing that happens to the fleet, and what is then true of it. */
export interface Step {
  readonly name: string;
  /** Answers what was verified, in a few words. Throws when the world is not as it should be. */
  run(world: World): Promise<string>;
}
