import type { Browser, Page } from "playwright-core";
import { fakeApi } from "../../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../../control-plane/src/api/http/server.ts";
import { hostileAnswer, operationOf } from "./hostile-answers.ts";
import { payloads } from "./payloads.ts";
import { openWindow, type Visitor } from "./visitor.ts";

type Operation = NonNullable<ReturnType<typeof operationOf>>;

/** What is answered to a request, which is named by its method and address. */
type Answering = (operation: Operation, request: string) => { readonly status: number; readonly body: unknown };

export interface HostileVisitor extends Visitor {
  /** Requests to anywhere but the page's own server. */
  readonly elsewhere: readonly string[];
  readonly isRun: () => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/**
 * The page as the real server serves it, policy and all; the API behind it answers what the test says. A browser that is asked to hand over
 * requests instead keeps no files between pages, and compiles the console anew for each.
 */
export async function visitHostile(browser: Browser, consoleDir: string, answering: Answering): Promise<HostileVisitor> {
  const server = createHttpServer(fakeApi().deps, { consoleDir });
  server.app.addHook("onRequest", async ({ method, url }, reply) => {
    if (!url.startsWith("/v1/")) return undefined;
    const operation = operationOf(method, url.replace(/\?.*/, ""));
    if (operation === undefined || operation.startsWith("watch")) return reply.hijack().raw.destroy();
    const { status, body } = answering(operation, `${method} ${url}`);
    return reply
      .code(status)
      .type(status < 400 ? "application/json" : "application/problem+json")
      .send(JSON.stringify(body));
  });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  const origin = `http://127.0.0.1:${port}`;
  const visitor = await openWindow(browser, origin, { token: "admin" });
  const elsewhere: string[] = [];
  visitor.page.on("request", (request) => request.url().startsWith(origin) || elsewhere.push(request.url()));
  await visitor.context.addInitScript(
    `document.addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI))`,
  );
  const stop = async (): Promise<void> => {
    await visitor.context.close();
    await server.close();
  };
  return { ...visitor, elsewhere, isRun: () => visitor.page.evaluate(() => "pwned" in globalThis), stop };
}

/** The next payload for each text, so that all of them come to every kind of field in the end. */
export function takingPayloads() {
  let index = 0;
  return { next: () => payloads[index++ % payloads.length] ?? "", used: () => index };
}

/**
 * An API in which every text is somebody's payload. Words of closed sets go round with `turn`, so that every state is seen; asked again in
 * the same turn it answers the same, as a fleet does in which nothing happens.
 */
export function answeringHostile(next: () => string, turn: () => number): Answering {
  const answers = new Map<string, unknown>();
  return (operation, request) => {
    const asked = `${turn()} ${request}`;
    if (!answers.has(asked)) answers.set(asked, hostileAnswer(operation, next, turn()));
    return { status: 200, body: answers.get(asked) };
  };
}

/** Through every list, to its end: rows out of sight are not there. */
export async function scrollThrough(page: Page): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const list of await page.getByRole("region").all())
    for (let at = 0; at < 12_000; at += 500) {
      const reached = await list.evaluate((element, top) => ((element.scrollTop = top), element.scrollTop), at);
      if (reached < at && at > 500) break;
      for (const text of await list.getByRole("cell").allTextContents()) seen.add(text);
    }
  return seen;
}
