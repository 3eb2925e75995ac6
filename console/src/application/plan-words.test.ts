import type { PreviewCluster, PreviewedRollout } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { effectsInWords } from "./plan-words.ts";

const clusters = (...effects: PreviewCluster["effect"][]): PreviewCluster[] => effects.map((effect) => ({ effect }) as never);
const rollouts = [{} as never as PreviewedRollout];

test.each([
  {
    given: { clusters: clusters("Dispatch", "Wait", "Wait", "Held"), rollouts },
    want: "4 clusters: 1 at once, 2 waiting for their turn, 1 held.",
  },
  { given: { clusters: clusters("Unchanged", "Unchanged"), rollouts: [] }, want: "No rollout would begin: 2 unchanged." },
  { given: { clusters: [], rollouts: [] }, want: "No cluster belongs to this environment." },
])("says: $want", ({ given, want }) => expect(effectsInWords(given)).toBe(want));
