import { expect, test } from "vitest";
import { pageNameOf } from "./page-name.ts";

test.each([
  { path: "/", want: "Fleet" },
  { path: "/applications", want: "Applications" },
  { path: "/clusters/eu%201", want: "eu 1" },
  { path: "/clusters/eu-1/applications/web", want: "web" },
  { path: "/clusters/100%", want: "100%" },
])("$path is called $want", ({ path, want }) => expect(pageNameOf(path)).toBe(want));
