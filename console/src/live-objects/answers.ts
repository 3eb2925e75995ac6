import type { Answer } from "@drover/proto/rest";

/** What an agent answers, under the names that it has on its wire. */
export type TreeAnswer = Answer<"getApplicationTree">;
export type TreeNode = TreeAnswer["nodes"][number];
export type DiffAnswer = Answer<"getApplicationDiff">;
export type Difference = DiffAnswer["objects"][number];
