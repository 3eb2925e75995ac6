import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { fakeApi } from "../../control-plane/src/api/api-deps.fixture.ts";
import { createHttpServer } from "../../control-plane/src/api/http/server.ts";
import { shared } from "../support/shared.ts";

let built: string;
beforeAll(async () => void (built = await shared("console")));

async function serve(consoleDir: string): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const server = createHttpServer(fakeApi().deps, { consoleDir });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
}

test("the page comes with a policy that lets nothing inline run, and a nonce that is never used twice", async () => {
  const get = await serve(built);
  const first = await get("/");
  expect([first.status, first.headers.get("content-type"), first.headers.get("cache-control")]).toEqual([
    200,
    "text/html; charset=utf-8",
    "no-cache",
  ]);
  const policy = first.headers.get("content-security-policy");
  expect(policy).toMatch(/^default-src 'self'; style-src 'self' 'nonce-[A-Za-z0-9+/=]{24}';/);
  expect(policy).not.toContain("unsafe");
  const nonce = /'nonce-([^']+)'/.exec(policy ?? "")?.[1] ?? "";
  const page = await first.text();
  expect(page).toContain(`content="${nonce}"`);
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  expect((await get("/")).headers.get("content-security-policy")).not.toBe(policy);
});

test("what the page names is there, named by its content, and may be kept for ever", async () => {
  const get = await serve(built);
  const files = [...(await (await get("/")).text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(new Set(files.map((path) => path.split(".").at(-1)))).toEqual(new Set(["css", "js", "svg", "woff2"]));
  for (const path of files) {
    expect(path).toMatch(/^\/assets\/[\w.-]+-[\w-]{8}\.\w+$/);
    const answer = await get(path);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    await answer.arrayBuffer();
  }
});

test("files come compressed to whoever reads them so", async () => {
  const get = await serve(built);
  const [script] = /\/assets\/index-[\w-]+\.js/.exec(await (await get("/")).text()) ?? [];
  const encodings = ["br", "gzip", "identity"].map(async (encoding) => {
    const answer = await get(script ?? "", { headers: { "accept-encoding": encoding } });
    await answer.arrayBuffer();
    return answer.headers.get("content-encoding");
  });
  expect(await Promise.all(encodings)).toEqual(["br", "gzip", null]);
});

test.each(["/v1/nope", "/nope", "/assets/gone.js", "/assets/..%2findex.html", "/assets//etc/passwd", "/assets/"])(
  "%s is still a problem",
  async (path) => {
    const answer = await (await serve(built))(path);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json; charset=utf-8"]);
    expect(await answer.json()).toMatchObject({ code: "ROUTE_NOT_FOUND" });
  },
);

const browser = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };

test.each(["/clusters", "/clusters/staging-1?application=web", "/rollouts/r1", "/nope/nope"])(
  "%s is the page to a browser",
  async (path) => {
    const answer = await (await serve(built))(path, browser);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(answer.headers.get("content-security-policy")).toMatch(/'nonce-/);
  },
);

test.each(["/v1/nope", "/v1", "/assets/gone.js", "/docs/nope", "/metrics/nope", "/openapi.json/nope"])(
  "%s is a problem to a browser too",
  async (path) => {
    const answer = await (await serve(built))(path, browser);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json; charset=utf-8"]);
  },
);

test("only a question gets the page", async () => {
  const answer = await (await serve(built))("/clusters", { method: "POST", ...browser });
  expect(answer.status).toBe(404);
});

test("without a build the page says how to make one", async () => {
  const answer = await (await serve(join(built, "nothing")))("/");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/plain; charset=utf-8"]);
  expect(await answer.text()).toContain("npm run build -w @drover/console");
});
