import react from "@vitejs/plugin-react";
import { type Plugin, defineConfig } from "vite";
import { routeTable } from "@drover/proto/rest";

/** Beside `dist/types`, which the type checker writes. */
const outDir = "dist/site";

export default defineConfig({
  plugins: [react(), leanRoutes()],
  build: {
    outDir,
    emptyOutDir: true,
    target: "es2023",
    // Scripts and styles are files of their own, named by their content: the page's policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

/** The client needs to know how each operation is asked. The schemas behind it, which are the server's to check, stay out of the page. */
function leanRoutes(): Plugin {
  const lean = Object.entries(routeTable).map(([id, route]) => {
    const { method, path } = route;
    return [id, { method, path, ...("media" in route ? { media: route.media } : {}), ...("body" in route ? { body: true } : {}) }];
  });
  return {
    name: "lean-routes",
    load: {
      filter: { id: /\/proto\/src\/rest\/routes\.ts$/ },
      handler: () => `export const routeTable = ${JSON.stringify(Object.fromEntries(lean))};`,
    },
  };
}
