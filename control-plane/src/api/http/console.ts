import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { routeTable } from "@drover/proto/rest";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const notBuilt = "The console is not built. Build it with `npm run build -w @drover/console`, or name its folder in DROVER_CONSOLE_DIR.\n";

/**
 * Scripts, styles and requests of our own origin, nothing inline. Mantine adds style elements for its colours as the page runs; a
 * nonce lets those in and nobody else's, which 'unsafe-inline' would.
 */
const policy = (nonce: string): string =>
  `default-src 'self'; style-src 'self' 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'`;

const firstWord = (path: string): string => /^\/([^/?]*)/.exec(path)?.[1] ?? "";

/** What stands below these is the API's, the documents' or a file: a path there that leads nowhere is an error, never the page. */
const notOfThePage = new Set(["docs", "assets", ...Object.values(routeTable).map(({ path }) => firstWord(path))]);

/** The console's own paths exist in the browser only. Somebody who follows a link there asks for a page; a script does not. */
const asksForPage = ({ url, headers }: FastifyRequest): boolean =>
  !notOfThePage.has(firstWord(url)) && headers.accept?.includes("text/html") === true;

/**
 * Serves the built console: its one page at `/` and at every path of its own, with a nonce of its own in each answer, and files named
 * by their content below /assets.
 */
export function serveConsole(app: FastifyInstance, folder: string): void {
  const answerPage = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const page = await readPage(folder);
    if (page === undefined) return reply.code(404).type("text/plain; charset=utf-8").send(notBuilt);
    const nonce = randomBytes(16).toString("base64");
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", policy(nonce))
      .header("cache-control", "no-cache")
      .send(page.replace("{{style-nonce}}", nonce));
  };
  app.get("/", answerPage);
  app.get("/*", (request, reply) => (asksForPage(request) ? answerPage(request, reply) : reply.callNotFound()));
  void app.register(async (assets) => {
    assets.setErrorHandler((error: FastifyError, _request, reply) => {
      // Folders and paths that lead out of the folder: to everybody outside they are not there.
      if ((error.statusCode ?? 500) < 500) return reply.callNotFound();
      throw error;
    });
    await assets.register(fastifyStatic, {
      root: join(folder, "assets"),
      prefix: "/assets/",
      index: false,
      decorateReply: false,
      immutable: true,
      maxAge: "365d",
      // The build leaves each file in these forms too.
      preCompressed: true,
    });
  });
}

/** Read for each answer: it is small, and a build made meanwhile is served at once. Undefined when there is none. */
async function readPage(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, "index.html"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
