/** How the chart starts Node, for whoever starts the same program elsewhere and wants to see what it would do in a cluster. */
export const nodeFlags = ["--max-semi-space-size=1", "--optimize-for-size", "--max-old-space-size=160"] as const;
