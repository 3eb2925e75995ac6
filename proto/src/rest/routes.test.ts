import { expect, test } from "vitest";
import { pathParams, rolePermissions } from "./route.ts";
import { routeTable } from "./routes.ts";

const all = Object.entries(routeTable);

test.each(all)("%s declares exactly the parameters of its path", (_id, route) => {
  expect(Object.keys(route.params?.properties ?? {}).sort()).toEqual(pathParams(route.path).toSorted());
});

test("no two operations share a method and a path", () => {
  const places = all.map(([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`);
  expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
});

test.each(all)("%s refuses parameters that it does not know", (_id, route) => {
  expect({ additionalProperties: false, ...route.query }).toMatchObject({ additionalProperties: false });
});

test("only a POST or a PUT has a body, and only a 204 or a stream of another media type has no answer", () => {
  for (const [id, route] of all) {
    expect([id, route.body !== undefined]).toEqual([id, route.method === "POST" || route.method === "PUT"]);
    expect([id, route.answer === undefined]).toEqual([
      id,
      route.status === 204 || !(route.media ?? ["application/json"]).includes("application/json"),
    ]);
  }
});

test("each role may do all that the one before it may", () => {
  const { viewer, operator, admin } = rolePermissions;
  expect(operator).toEqual(expect.arrayContaining([...viewer]));
  expect(admin).toEqual(expect.arrayContaining([...operator]));
  expect(new Set(all.map(([, { permission }]) => permission))).toEqual(new Set(["public", ...admin]));
});
