import { createHmac } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { DroverError } from "@drover/kit";
import type { InjectOptions } from "fastify";
import { expect, test } from "vitest";
import { revisionChanged } from "../../domain/fleet/fleet-edit.ts";
import { type FakeApi, cluster, fakeApi } from "../api-deps.fixture.ts";
import { createHttpServer } from "./server.ts";

const call = async (options: InjectOptions, api: FakeApi = fakeApi(), role = "admin") => {
  const { app } = createHttpServer(api.deps, { checkAnswers: true });
  return app.inject({ ...options, headers: { authorization: `Bearer ${role}`, ...options.headers } });
};

const promote = { application: "web", environment: "staging", revision: "abc", reason: "try it" };

test("an unknown path is a problem too", async () => {
  const answer = await call({ url: "/v2/nothing" });
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([404, "application/problem+json; charset=utf-8"]);
  expect(answer.json()).toMatchObject({ type: "/errors/ROUTE_NOT_FOUND", status: 404, code: "ROUTE_NOT_FOUND", instance: "/v2/nothing" });
});

test.each([
  { method: "PATCH" as const, url: "/v1/clusters/eu-1?x=1", allow: "GET, PUT, DELETE" },
  { method: "DELETE" as const, url: "/v1/rollouts/1/pause", allow: "POST" },
  { method: "POST" as const, url: "/openapi.json", allow: "GET" },
])("$method $url is told which methods there are", async ({ method, url, allow }) => {
  const answer = await call({ method, url });
  expect([answer.statusCode, answer.headers["allow"], answer.json().code]).toEqual([405, allow, "METHOD_NOT_ALLOWED"]);
});

test("a method that the framework knows and we do not is refused, not a failure", async () => {
  const answer = await call({ method: "QUERY", url: "/v1/clusters" });
  expect(answer.statusCode).toBeLessThan(500);
  expect(answer.headers["content-type"]).toContain("application/problem+json");
});

test.each([
  { url: "/v1/clusters?lables=a", want: "query/lables is not known here" },
  { url: "/v1/clusters?pageSize=501", want: "query/pageSize must be <= 500" },
  { url: "/v1/clusters?pageSize=ten", want: "query/pageSize must be integer" },
  { url: "/v1/clusters?pageSize=1&pageSize=2", want: "query/pageSize is given more than once" },
  { url: "/v1/clusters?project=a&project=b", want: "query/project is given more than once" },
  { url: "/v1/clusters?project=a%00b", want: "query a NUL character is nowhere allowed" },
  { url: "/v1/clusters/x?verbose=1", want: "query/verbose is not known here" },
  { url: "/v1/bundles/sha256:zz", want: "path/digest" },
])("refuses $url by name", async ({ url, want }) => {
  const answer = await call({ url });
  expect(answer.statusCode).toBe(400);
  expect(answer.json().detail).toContain(want);
  expect(answer.json()).toMatchObject({ code: "REQUEST_INVALID" });
});

test.each([
  { name: "a body of another media type", headers: { "content-type": "text/plain" }, payload: "x", want: [415, "REQUEST_MEDIA_TYPE"] },
  { name: "no JSON", headers: { "content-type": "application/json" }, payload: "{", want: [400, "REQUEST_JSON_INVALID"] },
  {
    name: "a prototype",
    headers: { "content-type": "application/json" },
    payload: '{"__proto__":{}}',
    want: [400, "REQUEST_JSON_INVALID"],
  },
  { name: "a misspelt member", headers: {}, payload: { ...promote, revison: "x" }, want: [400, "REQUEST_INVALID"] },
  { name: "a number for a text", headers: {}, payload: { ...promote, revision: 7 }, want: [400, "REQUEST_INVALID"] },
  { name: "more than 1 MB", headers: {}, payload: { ...promote, reason: "x".repeat(1_100_000) }, want: [413, "REQUEST_TOO_LARGE"] },
  {
    name: "brackets a hundred thousand deep",
    headers: { "content-type": "application/json" },
    payload: `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    want: [400, "REQUEST_INVALID"],
  },
])("refuses $name", async ({ headers, payload, want }) => {
  const api = fakeApi();
  const answer = await call({ method: "POST", url: "/v1/promotions", headers, payload }, api);
  expect([answer.statusCode, answer.json().code]).toEqual(want);
  expect(api.ran).toEqual([]);
});

test("creates with 201, a place to read it, and the caller's own request id", async () => {
  const answer = await call({ method: "POST", url: "/v1/promotions", payload: promote, headers: { "x-request-id": "mine-1" } });
  expect([answer.statusCode, answer.headers["location"], answer.headers["x-request-id"]]).toEqual([201, "/v1/promotions/p1", "mine-1"]);
});

test("makes an id of its own for a request whose id is not plain", async () => {
  const answer = await call({ url: "/v1/whoami", headers: { "x-request-id": "a b\tc" } });
  expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
});

test("echoes a trace and hands it to the command", async () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  let seen: string | undefined;
  const api = fakeApi((deps) => ({
    ...deps,
    commands: { ...deps.commands, promote: async (caller) => ((seen = caller.traceparent), { id: "p1" }) },
  }));
  const answer = await call({ method: "POST", url: "/v1/promotions", payload: promote, headers: { traceparent } }, api);
  expect([answer.headers["traceparent"], seen]).toEqual([traceparent, traceparent]);
});

test("hides what a bug says", async () => {
  const api = fakeApi((deps) => ({
    ...deps,
    reads: { ...deps.reads, clusters: { ...deps.reads.clusters, get: () => Promise.reject(new TypeError("secret is undefined")) } },
  }));
  const answer = await call({ url: "/v1/clusters/x" }, api);
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).not.toHaveProperty("detail");
  expect(answer.body).not.toContain("secret is");
});

test("says when to come back after a failure that passes", async () => {
  const api = fakeApi((deps) => ({
    ...deps,
    commands: {
      ...deps.commands,
      promote: () =>
        Promise.reject(
          new DroverError("unavailable", "FLEET_UNAVAILABLE", "promote: git does not answer", { details: { retryAfterMs: 4200 } }),
        ),
    },
  }));
  const answer = await call({ method: "POST", url: "/v1/promotions", payload: promote }, api);
  expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "5"]);
});

test("a promotion that expects another revision than the one there is 412, and is told which that is", async () => {
  const api = fakeApi((deps) => ({
    ...deps,
    commands: { ...deps.commands, promote: () => Promise.reject(revisionChanged("web", "staging", "abc")) },
  }));
  const payload = { ...promote, expectedRevision: "def" };
  const answer = await call({ method: "POST", url: "/v1/promotions", payload }, api);
  expect([answer.statusCode, answer.json().code]).toEqual([412, "REVISION_CHANGED"]);
  expect(answer.json().detail).toContain("abc");
});

test("answers 304 to who has it already", async () => {
  const first = await call({ url: "/v1/clusters/x" });
  const again = await call({ url: "/v1/clusters/x", headers: { "if-none-match": `W/"other", ${first.headers["etag"]}` } });
  expect([first.statusCode, again.statusCode, again.body]).toEqual([200, 304, ""]);
});

test("the tag of a versioned object begins with its version and changes with what is counted", async () => {
  let total = 1;
  const inGit = {
    path: "environments/edge.yaml",
    commit: "c1",
    version: 7,
    createdAt: "2026-11-20T08:00:00.000Z",
    updatedAt: "2026-11-21T08:00:00.000Z",
  };
  const edge = () => ({ name: "edge", spec: { clusterSelector: {} }, clusters: { total, connected: 0 }, applications: [], ...inGit });
  const api = fakeApi((deps) => ({
    ...deps,
    reads: { ...deps.reads, fleet: { ...deps.reads.fleet, getEnvironment: async () => edge() } },
  }));
  const get = async (headers = {}) => call({ url: "/v1/environments/edge", headers }, api);
  const first = String((await get()).headers["etag"]);
  expect(first).toMatch(/^"7\.[\w-]{22}"$/);
  expect((await get({ "if-none-match": first })).statusCode).toBe(304);
  total = 2;
  const second = await get({ "if-none-match": first });
  expect([second.statusCode, second.headers["etag"] === first]).toEqual([200, false]);
});

test("what is long is compressed for who takes it, under a tag of its own", async () => {
  const many = Array.from({ length: 20 }, () => ({ ...cluster, name: "x".repeat(50) }));
  const api = fakeApi((deps) => ({
    ...deps,
    reads: { ...deps.reads, clusters: { ...deps.reads.clusters, list: async () => ({ items: many, next: undefined }) } },
  }));
  const get = async (headers: Record<string, string>, url = "/v1/clusters") => call({ url, headers }, api);
  const plain = await get({});
  const packed = await get({ "accept-encoding": "br, gzip;q=0.5" });
  expect([plain.headers["content-encoding"], packed.headers["content-encoding"]]).toEqual([undefined, "gzip"]);
  expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
  expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4);
  expect([packed.headers["vary"], packed.headers["etag"] === plain.headers["etag"]]).toEqual(["accept-encoding", false]);
  for (const tag of [plain.headers["etag"], packed.headers["etag"]])
    expect((await get({ "if-none-match": String(tag), "accept-encoding": "gzip" })).statusCode).toBe(304);
  for (const refused of ["gzip;q=0", "identity", "*;q=0, br"])
    expect((await get({ "accept-encoding": refused })).headers["content-encoding"]).toBeUndefined();
  expect((await get({ "accept-encoding": "gzip" }, "/v1/clusters/x")).headers["content-encoding"]).toBeUndefined(); // too short
});

test("a page token fits only its own list", async () => {
  const api = fakeApi();
  const { nextPageToken } = (await call({ url: "/v1/clusters?project=a&pageSize=1" }, api)).json();
  const next = await call({ url: `/v1/clusters?project=a&pageSize=5&pageToken=${nextPageToken}` }, api);
  const other = await call({ url: `/v1/clusters?project=b&pageToken=${nextPageToken}` }, api);
  const broken = await call({ url: `/v1/clusters?project=a&pageToken=${nextPageToken.slice(0, -2)}` }, api);
  const longer = await call({ url: `/v1/clusters?project=a&pageToken=${nextPageToken}x` }, api);
  expect([next.statusCode, ...[other, broken, longer].map((answer) => answer.json().code)]).toEqual([
    200,
    "PAGE_TOKEN_INVALID",
    "PAGE_TOKEN_INVALID",
    "PAGE_TOKEN_INVALID",
  ]);
});

test("repeats an answer for the same key and body, and runs the command once", async () => {
  const api = fakeApi();
  const send = (payload: object) => call({ method: "POST", url: "/v1/promotions", payload, headers: { "idempotency-key": "k1" } }, api);
  const [first, again, other] = [await send(promote), await send(promote), await send({ ...promote, revision: "def" })];
  expect([first.statusCode, again.statusCode, again.body]).toEqual([201, 201, first.body]);
  expect(again.headers["idempotent-replayed"]).toBe("true");
  expect([other.statusCode, other.json().code]).toEqual([409, "IDEMPOTENCY_KEY_REUSED"]);
  expect(other.json().detail).toContain("take a new key");
  expect(api.ran).toEqual(["promote"]);
});

test("does not keep an answer that holds a secret", async () => {
  const api = fakeApi();
  const send = () =>
    call({ method: "POST", url: "/v1/tokens", payload: { subject: "ada", role: "viewer" }, headers: { "idempotency-key": "k1" } }, api);
  const [first, again] = [await send(), await send()];
  expect([first.statusCode, again.statusCode, again.json().code]).toEqual([201, 409, "IDEMPOTENCY_ANSWER_WITHHELD"]);
});

test("a failure may be tried again with its key", async () => {
  let fail = true;
  const api = fakeApi((deps) => ({
    ...deps,
    commands: {
      ...deps.commands,
      promote: async () => {
        if (fail) throw new DroverError("unavailable", "FLEET_UNAVAILABLE", "promote: git does not answer");
        return { id: "p1" };
      },
    },
  }));
  const send = () => call({ method: "POST", url: "/v1/promotions", payload: promote, headers: { "idempotency-key": "k1" } }, api);
  const first = await send();
  fail = false;
  expect([first.statusCode, (await send()).statusCode]).toEqual([503, 201]);
});

test("reads a push only when its signature fits its bytes", async () => {
  const payload = JSON.stringify({ ref: "refs/heads/main", repository: { clone_url: "https://git.test/web.git" } });
  const sign = (secret: string) => `sha256=${createHmac("sha256", secret).update(payload).digest("hex")}`;
  const deliver = (signature: string, api?: FakeApi) =>
    call(
      {
        method: "POST",
        url: "/v1/webhooks/github",
        payload,
        headers: { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": signature },
      },
      api,
    );
  const good = await deliver(sign("hook"));
  const bad = await deliver(sign("guess"));
  const off = await deliver(
    sign("hook"),
    fakeApi((deps) => ({ ...deps, webhooks: { ...deps.webhooks, secret: undefined } })),
  );
  expect([good.statusCode, good.json()]).toEqual([202, { hinted: ["https://git.test/web.git"] }]);
  expect([bad.statusCode, bad.json().code]).toEqual([401, "WEBHOOK_SIGNATURE_INVALID"]);
  expect(bad.json().detail).toContain("use the same secret on both sides");
  expect([off.statusCode, off.json().code]).toEqual([403, "WEBHOOKS_DISABLED"]);
});

const gitlabPush = {
  object_kind: "push",
  event_name: "push",
  ref: "refs/heads/main",
  checkout_sha: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
  project: {
    name: "web",
    web_url: "https://git.test/team/web",
    git_ssh_url: "git@git.test:team/web.git",
    git_http_url: "https://git.test/team/web.git",
    url: "git@git.test:team/web.git",
  },
};

test.each([
  { name: "GitLab's with its token", token: "hook", event: "Push Hook", want: [202, ["https://git.test/team/web.git"]] },
  { name: "GitLab's with another token", token: "guess", event: "Push Hook", want: [401, []] },
  { name: "GitLab's without one", token: undefined, event: "Push Hook", want: [401, []] },
  { name: "GitLab's of a comment", token: "hook", event: "Note Hook", want: [202, []] },
])("a push in another form is read too: $name", async ({ token, event, want }) => {
  const headers = { "x-gitlab-event": event, ...(token === undefined ? {} : { "x-gitlab-token": token }) };
  const answer = await call({ method: "POST", url: "/v1/webhooks/gitlab", payload: gitlabPush, headers });
  expect([answer.statusCode, (answer.json().hinted ?? []).slice(0, 1)]).toEqual(want);
});

test("a push in Gitea's form is read when its bytes are signed", async () => {
  const repository = { full_name: "team/web", html_url: "https://git.test/team/web", clone_url: "https://git.test/team/web.git" };
  const payload = JSON.stringify({ ref: "refs/heads/main", after: "da15608", repository });
  const deliver = (secret: string) => {
    const signature = createHmac("sha256", secret).update(payload).digest("hex");
    const headers = { "content-type": "application/json", "x-gitea-event": "push", "x-gitea-signature": signature };
    return call({ method: "POST", url: "/v1/webhooks/gitea", payload, headers });
  };
  expect((await deliver("hook")).json()).toEqual({ hinted: ["https://git.test/team/web.git", "https://git.test/team/web"] });
  expect((await deliver("guess")).json().code).toBe("WEBHOOK_SIGNATURE_INVALID");
});

test("asks for one subject of why", async () => {
  expect((await call({ url: "/v1/why?rollout=r1" })).json().links).toHaveLength(1);
  expect((await call({ url: "/v1/why?application=web&cluster=staging-1" })).json().subject).toBe(
    `clusters/${cluster.name}/applications/web`,
  );
  expect((await call({ url: "/v1/why?environment=staging" })).json().code).toBe("WHY_SUBJECT_INVALID");
});

test("is not ready while a part fails or the server drains, and names the part alone", async () => {
  const broken = fakeApi((deps) => ({
    ...deps,
    readiness: [{ name: "database", check: () => Promise.reject(new Error("host db-7 refused")) }],
  }));
  const answer = await call({ url: "/readyz?verbose" }, broken);
  expect([answer.statusCode, answer.body]).toEqual([503, "[+]not-draining ok\n[-]database failed\nnot ready\n"]);
  const server = createHttpServer(fakeApi().deps);
  expect((await server.app.inject("/readyz")).body).toBe("ok");
  server.drain();
  expect((await server.app.inject("/readyz")).statusCode).toBe(503);
  expect((await server.app.inject("/livez")).statusCode).toBe(200);
});

test("gives the document of itself", async () => {
  const document = (await call({ url: "/openapi.json" })).json();
  expect(document.openapi).toBe("3.1.0");
  expect(document.components.schemas.Cluster.properties.applications).toEqual({ $ref: "#/components/schemas/HealthCounts" });
  expect(document.paths["/v1/clusters/{cluster}"].get.operationId).toBe("getCluster");
  const used = new Set([...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
  expect(new Set(Object.keys(document.components.schemas))).toEqual(used);
});

test("no answer is a page", async () => {
  const { headers } = await call({ url: "/v1/whoami" });
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("default-src 'none'"),
  });
});
