import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";

const begin = "<!-- values: made from values.yaml by `npm run generate` -->";
const end = "<!-- end of values -->";

/** The chart's README with its table of values made anew, from the comments in values.yaml. */
export function withChartValues(readme: string, values: string): string {
  const { contents } = parseDocument(values);
  if (!isMap(contents)) throw new Error("values.yaml is no map");
  const [before, rest] = readme.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the chart's README has no "${begin}" … "${end}"`);
  const rows = rowsOf(contents as YAMLMap<unknown, unknown>, "").map(
    (row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
  return `${before}${begin}\n\n| value | default | meaning |\n| --- | --- | --- |\n${rows.join("\n")}\n\n${end}${after}`;
}

type Row = readonly [name: string, fallback: string, meaning: string];

/** Longer defaults are for values.yaml itself. */
const longestDefault = 60;

function rowsOf(map: YAMLMap<unknown, unknown>, prefix: string): readonly Row[] {
  return map.items.flatMap(({ key, value }, index) => {
    if (!isScalar(key)) return [];
    // The parser gives the comment above a map's first key to the map.
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined);
    const meaning = (comment ?? "").replaceAll(/\s+/g, " ").trim();
    const name = `${prefix}${String(key.value)}`;
    if (isMap(value) && isExplained(value))
      return [...(meaning === "" ? [] : [[name, "", meaning] as const]), ...rowsOf(value, `${name}.`)];
    if (meaning === "") throw new Error(`values.yaml does not say what ${name} is`);
    return [[name, defaultOf(value), meaning] as const];
  });
}

const isExplained = (map: YAMLMap<unknown, unknown>): boolean =>
  Boolean(map.commentBefore) || map.items.some(({ key }) => isScalar(key) && Boolean(key.commentBefore));

function defaultOf(value: unknown): string {
  const plain = isMap(value) || !isScalar(value) ? (value as { toJSON(): unknown }).toJSON() : value.value;
  if (plain === "") return "";
  const text = typeof plain === "string" ? plain : JSON.stringify(plain);
  return text.length > longestDefault ? "see values.yaml" : `\`${text}\``;
}
