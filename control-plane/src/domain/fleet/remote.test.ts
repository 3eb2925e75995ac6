import { expect, test } from "vitest";
import { parseRemote, repositoryKey } from "./remote.ts";

test.each([
  ["https://git.example/team/app.git", { scheme: "https", host: "git.example", port: 443, path: "/team/app.git", user: undefined }],
  ["http://127.0.0.1:3000/app/", { scheme: "http", host: "127.0.0.1", port: 3000, path: "/app" }],
  ["ssh://git@git.example:2222/team/app", { scheme: "ssh", host: "git.example", port: 2222, user: "git" }],
  ["git@git.example:team/app.git", { scheme: "ssh", host: "git.example", port: 22, user: "git", path: "/team/app.git" }],
  ["https://[2001:db8::1]:8443/app", { host: "2001:db8::1", port: 8443 }],
  ["http://2130706433/app", { host: "127.0.0.1" }],
])("reads %s", (text, want) => expect(parseRemote(text)).toMatchObject(want));

test.each([
  ["file:///etc/passwd", "SOURCE_SCHEME_REFUSED"],
  ["ext::sh -c id", "SOURCE_SCHEME_REFUSED"],
  ["git://git.example/app", "SOURCE_SCHEME_REFUSED"],
  ["/srv/git/app.git", "SOURCE_URL_INVALID"],
  ["../app", "SOURCE_URL_INVALID"],
  ["https://user:hunter2@git.example/app", "SOURCE_URL_INVALID"],
  ["https://token@git.example/app", "SOURCE_URL_INVALID"],
  ["ssh://git:hunter2@git.example/app", "SOURCE_URL_INVALID"],
  ["ssh://-oProxyCommand=id/app", "SOURCE_URL_INVALID"],
  ["ssh://-oProxyCommand@git.example/app", "SOURCE_URL_INVALID"],
  ["https://git.example/", "SOURCE_URL_INVALID"],
  ["https://git.example/app?x=1", "SOURCE_URL_INVALID"],
  ["https://git.example/a%0ab", "SOURCE_URL_INVALID"],
  ["https://git.example/%ff", "SOURCE_URL_INVALID"],
])("refuses %s without repeating a password", (text, code) => {
  expect(() => parseRemote(text)).toThrowError(expect.objectContaining({ code, message: expect.not.stringContaining("hunter2") }));
});

test("one repository has one key, however its URL is written", () => {
  const written = [
    "https://git.example/Team/App.git",
    "https://git.example/team/app/",
    "ssh://git@git.example/team/app.git",
    "git@git.example:team/app.git",
    "https://x@git.example/team/app",
  ];
  expect(new Set(written.map(repositoryKey))).toEqual(new Set(["git.example/team/app"]));
  expect(repositoryKey("http://127.0.0.1:3000/app.git")).toBe("127.0.0.1:3000/app");
  expect(repositoryKey("no url")).toBeUndefined();
});
