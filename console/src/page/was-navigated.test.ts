import { expect, test } from "vitest";
import { rememberNavigation } from "./was-navigated.ts";

test("the first page was not navigated to, however often it appears; whatever comes behind another was", () => {
  const wasNavigated = rememberNavigation();
  const appearances = ["/", "/", "/clusters", "/clusters", "/"];
  expect(appearances.map(wasNavigated)).toEqual([false, false, true, true, true]);
});
