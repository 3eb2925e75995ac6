import { DroverError } from "@drover/kit";
import { expect, test } from "vitest";
import { createClient } from "./client.ts";

const answering = (status: number, body: unknown) => {
  const seen: { url: string; init: RequestInit }[] = [];
  const fake: typeof fetch = async (url, init) => {
    seen.push({ url: new Request(url).url, init: init ?? {} });
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  };
  return { seen, client: createClient({ baseUrl: "https://drover.test/base/", token: "secret", fetch: fake }) };
};

test("encodes path and query, leaves out what is absent, and sends the token", async () => {
  const { seen, client } = answering(200, { items: [] });
  await client("listClusterApplications", { params: { cluster: "a/b" }, query: { pageSize: 5, pageToken: undefined } });
  expect(seen[0]?.url).toBe("https://drover.test/base/v1/clusters/a%2Fb/applications?pageSize=5");
  expect(new Headers(seen[0]?.init.headers).get("authorization")).toBe("Bearer secret");
});

test("sends a body and an idempotency key with a POST", async () => {
  const { seen, client } = answering(201, { id: "p1" });
  const body = { application: "web", environment: "staging", revision: "abc", reason: "try it" };
  const promotion = await client("createPromotion", { body, idempotencyKey: "k1" });
  expect(promotion.id).toBe("p1");
  expect(seen[0]?.init.method).toBe("POST");
  expect(JSON.parse(seen[0]?.init.body as string)).toEqual(body);
  expect(new Headers(seen[0]?.init.headers).get("idempotency-key")).toBe("k1");
});

test("has nothing to answer for a 204", async () => {
  const { client } = answering(204, undefined);
  expect(await client("revokeApiToken", { params: { token: "t1" } })).toBeUndefined();
});

test("turns a problem into an error with its code and request id", async () => {
  const { client } = answering(412, {
    code: "PIN_MOVED",
    detail: "it moved",
    status: 412,
    requestId: "r1",
    title: "PIN_MOVED",
    type: "/errors/PIN_MOVED",
  });
  const error = await client("getRollout", { params: { rollout: "r" } }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DroverError);
  expect(error).toMatchObject({ kind: "stale", code: "PIN_MOVED", message: "it moved", details: { requestId: "r1" } });
});

test("says which server does not answer", async () => {
  const client = createClient({ baseUrl: "https://nowhere.test", fetch: () => Promise.reject(new TypeError("fetch failed")) });
  await expect(client("getVersion")).rejects.toMatchObject({ kind: "unavailable", code: "SERVER_UNREACHABLE" });
});

test("tells a deadline from a cancellation", async () => {
  const client = createClient({ baseUrl: "https://slow.test", fetch: () => Promise.reject(new Error("aborted")) });
  const cancelled = AbortSignal.abort();
  await expect(client("getVersion", { signal: cancelled })).rejects.toMatchObject({ kind: "cancelled" });
  const late = AbortSignal.abort(new DOMException("late", "TimeoutError"));
  await expect(client("getVersion", { signal: late })).rejects.toMatchObject({ kind: "timeout", code: "DEADLINE_EXCEEDED" });
});
