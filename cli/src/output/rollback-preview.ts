import { shortRevision } from "@drover/kit";
import type { RollbackPreview } from "@drover/proto/rest";
import { formatList, formatOne, type OutputForm, type View } from "./print.ts";

type Place = RollbackPreview["places"][number];
type Finding = Place["findings"][number] & Pick<Place, "application" | "environment">;

const placeView: View<Place> = {
  kind: "rollback",
  name: ({ application, environment }) => `${environment}/${application}`,
  columns: [
    { head: "APPLICATION", cell: ({ application }) => application },
    { head: "ENVIRONMENT", cell: ({ environment, cluster }) => (cluster === undefined ? environment : `${environment}/${cluster}`) },
    { head: "FROM", cell: ({ from }) => from.map(shortRevision).join(", ") },
    { head: "TO", cell: ({ revision }) => shortRevision(revision) },
    { head: "CLUSTERS", cell: ({ clusters }) => clusters },
  ],
};

const findingView: View<Finding> = {
  kind: "finding",
  name: ({ object }) => object,
  columns: [
    { head: "SEVERITY", cell: ({ severity }) => severity },
    { head: "ENVIRONMENT", cell: ({ environment }) => environment },
    { head: "OBJECT", cell: ({ object }) => object },
    { head: "CLUSTERS", cell: ({ clusters }) => clusters },
    { head: "WHY", cell: ({ why }) => why },
  ],
};

/** What would move, then what that cannot undo, the worst first. */
export function formatRollbackPreview(preview: RollbackPreview, output: OutputForm | undefined): string {
  if (output !== undefined && output !== "wide")
    return formatOne(preview, { kind: "rollback", name: () => "preview", columns: [] }, { output });
  const findings = preview.places.flatMap(({ findings: found, application, environment }) =>
    found.map((finding) => ({ ...finding, application, environment })),
  );
  const more = preview.places.reduce((sum, { moreFindings }) => sum + moreFindings, 0);
  return [
    formatList(preview.places, placeView, { output }),
    findings.length === 0 ? "Nothing stands in its way.\n" : formatList(findings, findingView, { output }),
    ...(more === 0 ? [] : [`and ${more} more findings; -o json has the first 200 of each place\n`]),
  ].join("\n");
}
