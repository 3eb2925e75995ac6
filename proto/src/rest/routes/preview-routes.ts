import { PreviewRollout, RolloutPreview } from "../preview.ts";
import type { Route } from "../route.ts";

export const previewRoutes = {
  previewRollout: {
    method: "POST",
    path: "/v1/rollouts/preview",
    permission: "fleet.read",
    summary:
      "What a revision would do to an environment: every cluster, its wave, what changes there and what would hold it. Changes nothing",
    body: PreviewRollout,
    status: 200,
    answer: RolloutPreview,
  },
} as const satisfies Record<string, Route>;
