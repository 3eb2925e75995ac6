import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** Swagger UI's own files; nothing of the plug-in around them is used. */
const files = join(dirname(fileURLToPath(import.meta.resolve("@fastify/swagger-ui/package.json"))), "static");

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Drover API</title>
    <link rel="icon" type="image/png" sizes="32x32" href="/docs/static/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/static/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <noscript>This page needs scripts. The same document is at <a href="/openapi.json">/openapi.json</a>.</noscript>
    <script src="/docs/static/swagger-ui-bundle.js"></script>
    <script src="/docs/init.js"></script>
  </body>
</html>
`;

/** The token that somebody enters stays in the page's memory: it is gone with the tab. */
const init = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  filter: true,
  docExpansion: "none",
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/** Scripts and requests of our own origin alone, none inline; images also from the style sheet itself. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the API's documentation at /docs, to read and to try out with a token. */
export function serveDocs(app: FastifyInstance): void {
  const withPolicy = { "content-security-policy": policy, "cache-control": "no-cache" };
  app.get("/docs", (_request, reply) => reply.headers(withPolicy).type("text/html; charset=utf-8").send(page));
  app.get("/docs/", (_request, reply) => reply.redirect("/docs", 308));
  app.get("/docs/init.js", (_request, reply) => reply.headers(withPolicy).type("text/javascript; charset=utf-8").send(init));
  void app.register(fastifyStatic, {
    root: files,
    prefix: "/docs/static/",
    index: false,
    decorateReply: false,
    maxAge: "1d",
    // Their own page and its scripts are not ours to serve.
    allowedPath: (path) => /\.(css|png)$|bundle\.js$/.test(path),
  });
}
