import { type Setting, settings } from "../../control-plane/src/settings.ts";

/** docs/reference/configuration.md, from the table that parseConfig reads. */
export function configurationReference(): string {
  const rows = Object.values(settings as Record<string, Setting>).map(
    ({ name, form, fallback, meaning, words }) =>
      `| \`${name}\` | ${form}${words ? `: ${words.join(", ")}` : ""} | ${fallback === undefined || fallback === "" ? "" : `\`${fallback}\``} | ${meaning} |`,
  );
  return `# Configuration of the control plane

Generated from \`control-plane/src/settings.ts\`. Settings are environment variables. A secret may also be given as a file: append
\`_FILE\` to its name. Unknown \`DROVER_*\` names are refused at the start, and every problem is told at once.

| name | form | default | meaning |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}
