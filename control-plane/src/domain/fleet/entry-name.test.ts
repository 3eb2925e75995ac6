import { expect, test } from "vitest";
import { entryNameProblem, parseFolderPath } from "./entry-name.ts";

test.each(["..", ".", "", ".git", ".GIT", ".git.", "GIT~1", "a/b", "a\\b", "a\u001bb", "a\nb", "a\0", "a.", "a ", "a\ufffd"])(
  "refuses the name %j",
  (name) => {
    expect(entryNameProblem(name)).toBeTypeOf("string");
  },
);

test.each(["deployment.yaml", ".github", ".gitignore", "ä.yaml", "a b.yaml", "...a"])("accepts the name %j", (name) => {
  expect(entryNameProblem(name)).toBeUndefined();
});

test("reads folders as people write them", () => {
  expect(parseFolderPath("./deploy//base/")).toEqual({ kind: "path", steps: ["deploy", "base"] });
  expect(parseFolderPath("")).toEqual({ kind: "path", steps: [] });
  expect(parseFolderPath(".")).toEqual({ kind: "path", steps: [] });
  expect(parseFolderPath("../x")).toMatchObject({ kind: "unsafe", step: ".." });
  expect(parseFolderPath("a/../../x")).toMatchObject({ kind: "unsafe" });
  expect(parseFolderPath("/etc")).toMatchObject({ kind: "unsafe", because: "the path is absolute" });
});
