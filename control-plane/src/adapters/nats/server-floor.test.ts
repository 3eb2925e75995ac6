import { expect, test } from "vitest";
import { isBelowFloor } from "./server-floor.ts";

test.each([
  ["2.11.14", true],
  ["2.11.15", false],
  ["2.12.5", true],
  ["2.12.6", false],
  ["2.15.2", false],
  ["2.9.10", true],
  ["3.0.0", false],
  ["2.13.0-RC.1", false],
  ["", true],
])("%s below the floor: %s", (version, below) => expect(isBelowFloor(version)).toBe(below));
