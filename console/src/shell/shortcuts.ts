import { destinations } from "./navigation.ts";

/** Every key that the console listens to, for the help. */
export const shortcuts: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ["Ctrl", "K"], does: "Search everywhere" },
  { keys: ["/"], does: "To the page's filter" },
  ...destinations.map(({ key, label }) => ({ keys: ["g", key], does: `Go to ${label}` })),
  { keys: ["t"], does: "Light or dark" },
  { keys: ["?"], does: "This help" },
];
