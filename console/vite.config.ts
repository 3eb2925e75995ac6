import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Beside `dist/types`, which the type checker writes. */
const outDir = "dist/site";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir,
    emptyOutDir: true,
    target: "es2023",
    // Scripts and styles are files of their own, named by their content: the page's policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
