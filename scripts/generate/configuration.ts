import { agentSettings } from "../../agent/src/config.ts";
import { type Setting, settings } from "../../control-plane/src/settings.ts";

/** docs/reference/configuration.md, from the tables that the control plane and the agent read. */
export function configurationReference(): string {
  const rows = Object.values(settings as Record<string, Setting>).map(
    ({ name, form, fallback, meaning, words }) =>
      `| \`${name}\` | ${form}${words ? `: ${words.join(", ")}` : ""} | ${fallback === undefined || fallback === "" ? "" : `\`${fallback}\``} | ${meaning} |`,
  );
  const agentRows = agentSettings.map(
    (setting) => `| \`${setting.name}\` | ${"default" in setting ? `\`${setting.default}\`` : ""} | ${setting.description} |`,
  );
  return `# Configuration

## The control plane

Generated from \`control-plane/src/settings.ts\`. Settings are environment variables. A secret may also be given as a file: append
\`_FILE\` to its name. Unknown \`DROVER_*\` names are refused at the start, and every problem is told at once.

| name | form | default | meaning |
| --- | --- | --- | --- |
${rows.join("\n")}

## The agent

Generated from \`agent/src/config.ts\`. Environment variables, under the same rules.

| name | default | meaning |
| --- | --- | --- |
${agentRows.join("\n")}
`;
}
