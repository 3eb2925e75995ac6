import { routeTable } from "@drover/proto/rest";

const routes = Object.values(routeTable).map(({ method, path }) => ({
  method,
  pattern: new RegExp(
    `^${path
      .split(/\{\w+\}/)
      .map(RegExp.escape)
      .join("[^/]+")}$`,
  ),
}));

/** What the API does at a path; nothing where it has no such path. */
export const methodsAt = (path: string): readonly string[] => [
  ...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)),
];
