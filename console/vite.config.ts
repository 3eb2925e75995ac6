import react from "@vitejs/plugin-react";
import { type Plugin, defineConfig } from "vite";
import { routeTable } from "@drover/proto/rest";

/** Beside `dist/types`, which the type checker writes. */
const outDir = "dist/site";

export default defineConfig({
  plugins: [react(), leanRoutes(), preloadFont()],
  build: {
    outDir,
    emptyOutDir: true,
    target: "es2023",
    // Scripts and styles are files of their own, named by their content: the page's policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What every page needs, in one file: it compresses better than in twenty, and is asked for once.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "base",
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack\/(history|query-core|react-query|react-router|react-store|router-core|store))\//,
            },
          ],
        },
      },
    },
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

/** The font is asked for with the page, not after its styles: it is there when the first words are painted, and nothing moves. */
function preloadFont(): Plugin {
  return {
    name: "preload-font",
    transformIndexHtml: {
      order: "post",
      handler: (_html, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((file) => file.endsWith(".woff2"))
          .map((file) => ({
            tag: "link",
            attrs: { rel: "preload", as: "font", type: "font/woff2", href: `/${file}`, crossorigin: "" },
            injectTo: "head" as const,
          })),
    },
  };
}
