import { expect, test } from "vitest";
import { shortRevision } from "./short-revision.ts";

test.each([
  { revision: "5f0e2c7a".repeat(5), want: "5f0e2c7" },
  { revision: "5f0e2c7a".repeat(8), want: "5f0e2c7" },
  { revision: "v1.2.3", want: "v1.2.3" },
  { revision: "5f0e2c7a5f0e2c7a", want: "5f0e2c7a5f0e2c7a" },
  { revision: `sha256:${"a".repeat(64)}`, want: `sha256:${"a".repeat(64)}` },
])("$revision is $want", ({ revision, want }) => expect(shortRevision(revision)).toBe(want));
