import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createApiTokenStore } from "../../control-plane/src/adapters/pg/access/api-tokens.ts";
import { ensureFirstAdminToken } from "../../control-plane/src/app/access/first-admin-token.ts";
import { createApiTokens } from "../../control-plane/src/app/access/tokens.ts";
import { newTokenText } from "../../control-plane/src/app/access/token-text.ts";
import { startApi } from "../support/api.ts";
import { waitUntil } from "../support/wait-until.ts";

test("a token works until it is revoked, and its secret is stored nowhere", async () => {
  const { client, tokenOf, database } = await startApi();
  const admin = client(await tokenOf("admin"));
  const made = await admin("createApiToken", { body: { subject: "ada", role: "viewer", ttl: "1h" } });
  const ada = client(made.token);
  expect(await ada("whoAmI")).toMatchObject({ actor: "users/ada", role: "viewer", tokenId: made.id });

  const { rows } = await database.query<{ all: string }>({ text: "select (t.*)::text as all from api_tokens t" });
  expect(rows.some(({ all }) => all.includes(made.token.split("_")[2] ?? ""))).toBe(false);

  await admin("revokeApiToken", { params: { token: made.id } });
  await waitUntil(
    "the token is refused",
    async () => (await ada("whoAmI").catch(({ code }: { code: string }) => code)) === "TOKEN_INVALID",
    2_000,
  );
  await admin("revokeApiToken", { params: { token: made.id } });
  const { items } = await admin("listApiTokens");
  expect(items.find(({ id }) => id === made.id)).toMatchObject({ subject: "ada", revokedAt: expect.any(String) });
  expect(JSON.stringify(items)).not.toContain(made.token);
  const { items: audit } = await admin("listAudit", { query: { object: `tokens/${made.id}` } });
  expect(audit.map(({ action, actor }) => [action, actor])).toEqual([
    ["token.revoke", "users/admin"],
    ["token.create", "users/admin"],
  ]);
});

test("an expired token, another secret and a made-up id are refused alike", async () => {
  const { client, tokenOf, database } = await startApi();
  const [expired, other] = [await tokenOf("viewer"), await tokenOf("viewer")];
  await database.query({ text: "update api_tokens set expires_at = now() where id = $1", values: [expired.split("_")[1]] });
  const swapped = [other.split("_").slice(0, 2), expired.split("_").slice(2)].flat().join("_");
  for (const token of [expired, swapped, other.replace(/^drover_./, "drover_z"), "x"])
    await expect(client(token)("whoAmI")).rejects.toMatchObject({ code: "TOKEN_INVALID" });
});

test("a token is granted approvals and overrides in environments, whatever its role", async () => {
  const { client, tokenOf } = await startApi();
  const admin = client(await tokenOf("admin"));
  const made = await admin("createApiToken", {
    body: { subject: "ada", role: "viewer", approves: ["production", "staging"], overrides: ["*"], ttl: "1h" },
  });
  const grants = { approves: ["production", "staging"], overrides: ["*"] };
  expect(made).toMatchObject(grants);
  const me = await client(made.token)("whoAmI");
  expect(me).toMatchObject(grants);
  expect(me.permissions).toEqual(expect.arrayContaining(["gate.approve", "restriction.override"]));
  expect(me.permissions).not.toContain("rollout.control");
  expect((await admin("listAudit", { query: { object: `tokens/${made.id}` } })).items).toMatchObject([{ details: grants }]);
  await expect(admin("createApiToken", { body: { subject: "ada", role: "viewer", approves: ["**"] } })).rejects.toMatchObject({
    code: "REQUEST_INVALID",
  });
});

test("a lifetime beyond a year is refused", async () => {
  const { client, tokenOf } = await startApi();
  const admin = client(await tokenOf("admin"));
  await expect(admin("createApiToken", { body: { subject: "ada", role: "viewer", ttl: "366d" } })).rejects.toMatchObject({
    code: "TOKEN_TTL_INVALID",
  });
});

test("a refused change leaves a line", async () => {
  const { client, tokenOf } = await startApi();
  const viewer = client(await tokenOf("viewer", "eve"));
  await expect(viewer("createApiToken", { body: { subject: "eve", role: "admin" } })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  expect((await viewer("listAudit", { query: { actor: "users/eve" } })).items).toMatchObject([
    { action: "createApiToken", result: "Refused" },
  ]);
});

test("the first admin token is written once, for its owner alone", async () => {
  const { client, deps, database } = await startApi();
  const folder = await mkdtemp(join(tmpdir(), "drover-token-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "state", "admin-token");
  const store = createApiTokenStore(database);
  const ensure = () => ensureFirstAdminToken({ tokens: createApiTokens({ store, clock: deps.clock }), store, file, given: undefined });
  expect([await ensure(), await ensure()]).toEqual(["made", "present"]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await client((await readFile(file, "utf8")).trim())("whoAmI")).toMatchObject({ role: "admin" });
});

test("an installation's own first admin token is let in once, and is no way back when it is revoked", async () => {
  const { client, deps, database } = await startApi();
  const store = createApiTokenStore(database);
  const given = newTokenText();
  const ensure = () => ensureFirstAdminToken({ tokens: createApiTokens({ store, clock: deps.clock }), store, file: "/nowhere", given });
  expect((await Promise.all([ensure(), ensure()])).toSorted()).toEqual(["adopted", "present"]);
  expect(await client(given.reveal())("whoAmI")).toMatchObject({ actor: "users/admin", role: "admin" });
  await database.query({ text: "update api_tokens set revoked_at = now()" });
  expect(await ensure()).toBe("spent");
});

test("pages through tokens made in one instant without loss", async () => {
  const { client, tokenOf, database } = await startApi();
  const admin = client(await tokenOf("admin"));
  for (let n = 0; n < 7; n += 1) await tokenOf("viewer", `v${n}`);
  await database.query({ text: "update api_tokens set created_at = '2026-01-01T00:00:00.123456Z'" });
  const seen: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await admin("listApiTokens", { query: { pageSize: 3, pageToken } });
    seen.push(...page.items.map(({ id }) => id));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  expect([seen.length, new Set(seen).size]).toEqual([8, 8]);
});
