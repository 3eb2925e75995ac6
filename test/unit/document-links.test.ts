import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

const documents = globSync(["*.md", "{docs,charts,test,tools}/**/*.md", "*/README.md"], {
  cwd: root,
  exclude: (path) => path.includes("node_modules"),
});

/** Fenced blocks show what somebody types, not where to read on. */
const proseOf = (text: string): string => text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "");

const linksOf = (text: string): readonly string[] =>
  [...proseOf(text).matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map(([, link = ""]) => link).filter((link) => !/^[a-z]+:/.test(link));

/** As GitHub and GitLab make them of headings. */
const anchorsOf = (text: string): readonly string[] =>
  [...proseOf(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

function leadsNowhere(document: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? document : join(dirname(document), path);
  if (!existsSync(join(root, target))) return true;
  return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
}

test.each(documents)("what %s leads to is there", (document) => {
  expect(linksOf(read(document)).filter((link) => leadsNowhere(document, link))).toEqual([]);
});

test.each(["docs/guides", "docs/runbooks", "docs/reference"])("somebody is led to every page of %s", (folder) => {
  const led = documents.flatMap((document) => linksOf(read(document)).map((link) => join(dirname(document), link.split("#")[0] ?? "")));
  const pages = globSync(`${folder}/*.md`, { cwd: root });
  expect(pages.length).toBeGreaterThan(0);
  expect(pages.filter((page) => !led.includes(page))).toEqual([]);
});
