import { shortRevision } from "@drover/kit";
import type { Promotion } from "@drover/proto/rest";
import { formatList, formatOne, type OutputForm, type View } from "./print.ts";

export const promotionView: View<Promotion> = {
  kind: "promotion",
  name: ({ id }) => id,
  columns: [
    { head: "ID", cell: ({ id }) => id },
    { head: "KIND", cell: ({ kind }) => kind },
    { head: "APPLICATION", cell: ({ application }) => application },
    { head: "ENVIRONMENT", cell: ({ environment, cluster }) => (cluster === undefined ? environment : `${environment}/${cluster}`) },
    { head: "REVISION", cell: ({ revision }) => shortRevision(revision) },
    { head: "STATE", cell: ({ state }) => state },
    { head: "COMMIT", cell: ({ commit }) => commit && shortRevision(commit) },
  ],
};

/** One row for each pin that moves; for machines it is one thing. */
export function formatPromotion(promotion: Promotion, output: OutputForm | undefined): string {
  const { places } = promotion;
  if (places === undefined || (output !== undefined && output !== "wide")) return formatOne(promotion, promotionView, { output });
  return formatList(
    places.map((place) => ({ ...promotion, ...place })),
    promotionView,
    { output },
  );
}
