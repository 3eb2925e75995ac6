import { boundaries } from "@drover/kit";
import { type ErrorEntry, errorCatalogue } from "../../proto/src/error-catalogue/index.ts";

/** docs/reference/errors.md, from the catalogue. */
export function errorsReference(): string {
  const sections = Object.entries(errorCatalogue).map(
    ([area, entries]) =>
      `## ${area}\n\n${Object.entries(entries)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(section)
        .join("\n")}`,
  );
  return `# Errors

Generated from \`proto/src/error-catalogue\`. A code is a promise: it keeps its meaning. REST gives it as \`code\` of a problem, gRPC as
\`error-code\` in the trailing metadata, the command line behind the message. A code of the kind *shown* fails no call: it stands on the
object it concerns and in the answer to \`why\`.

${sections.join("\n")}`;
}

function section([code, { kind, http, meaning, cause, action }]: readonly [string, ErrorEntry]): string {
  const place = kind === "shown" ? "shown" : `${kind}, HTTP ${http ?? boundaries[kind].http}, gRPC ${boundaries[kind].grpc}`;
  return `### ${code}\n\n${meaning} (${place})\n\n- Likely cause: ${cause}\n- What to do: ${action}\n`;
}
