import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Document, parseDocument } from "yaml";

// A copy of a chart that installs one image and no other: what a release packages.

const { values: options } = parseArgs({
  options: {
    chart: { type: "string" },
    out: { type: "string" },
    registry: { type: "string" },
    repository: { type: "string" },
    digest: { type: "string" },
  },
});
const { chart: name = "drover-agent", out = "", registry = "", repository = "", digest = "" } = options;
if (!out || !registry || !repository || !/^sha256:[0-9a-f]{64}$/.test(digest))
  throw new Error("needed: [--chart NAME] --out FOLDER --registry HOST --repository PATH --digest sha256:…");

async function edit(file: string, change: (document: Document) => void): Promise<void> {
  const document = parseDocument(await readFile(file, "utf8"));
  change(document);
  await writeFile(file, document.toString({ lineWidth: 0, flowCollectionPadding: false }));
}

await cp(`charts/${name}`, out, { recursive: true });
await edit(join(out, "values.yaml"), (values) => {
  for (const [key, value] of Object.entries({ registry, repository, digest })) values.setIn(["image", key], value);
});
await edit(join(out, "Chart.yaml"), (chart) =>
  chart.setIn(["annotations", "artifacthub.io/images"], `- name: ${name}\n  image: ${registry}/${repository}@${digest}\n`),
);
