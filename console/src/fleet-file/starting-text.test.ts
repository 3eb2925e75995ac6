import { parseFleetFile } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import { startingText } from "./starting-text.ts";

test.each(Object.entries(startingText))("what a new file of %s begins with can be committed as it stands", (collection, text) =>
  expect(parseFleetFile(`${collection}/new.yaml`, text)).toMatchObject({ kind: "object" }),
);
