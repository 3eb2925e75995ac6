import type { Browser, Page, Route } from "playwright-core";
import { onTestFinished } from "vitest";
import { fakeApi } from "../../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../../control-plane/src/api/http/server.ts";
import { hostileAnswer, operationOf } from "./hostile-answers.ts";
import { payloads } from "./payloads.ts";
import { visit, type Visitor } from "./visitor.ts";

type Answering = (route: Route) => Promise<void>;

export interface HostileVisitor extends Visitor {
  /** Requests to anywhere but the page's own server. */
  readonly elsewhere: readonly string[];
  readonly isRun: () => Promise<boolean>;
}

/** The page as the real server serves it, policy and all; the API behind it answers what the test says. */
export async function visitHostile(browser: Browser, consoleDir: string, answering: Answering): Promise<HostileVisitor> {
  const server = createHttpServer(fakeApi().deps, { consoleDir });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const origin = `http://127.0.0.1:${port}`;
  const visitor = await visit(browser, origin, { token: "admin" });
  const elsewhere: string[] = [];
  visitor.page.on("request", (request) => request.url().startsWith(origin) || elsewhere.push(request.url()));
  await visitor.context.addInitScript(
    `document.addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI))`,
  );
  await visitor.page.route("**/v1/**", answering);
  return { ...visitor, elsewhere, isRun: () => visitor.page.evaluate(() => "pwned" in globalThis) };
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
  return async (route) => {
    const request = route.request();
    const operation = operationOf(request.method(), new URL(request.url()).pathname);
    if (operation === undefined || operation.startsWith("watch")) return route.abort();
    const asked = `${turn()} ${request.method()} ${request.url()}`;
    if (!answers.has(asked)) answers.set(asked, hostileAnswer(operation, next, turn()));
    return route.fulfill({ json: answers.get(asked) });
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
