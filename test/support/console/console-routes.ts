import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

const source = join(import.meta.dirname, "../../../console/src");

/** The path of every page that the router knows, such as `/clusters/$cluster`. Each stands in its folder's `route.ts`. */
export async function consoleRoutes(): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const file of glob("*/route.ts", { cwd: source })) {
    const text = await readFile(join(source, file), "utf8");
    paths.push(...[...text.matchAll(/^ {2}path: "([^"]+)"/gm)].map(([, path = ""]) => path));
  }
  return paths.toSorted();
}

/** The routes that none of the paths leads to. */
export function routesWithout(routes: readonly string[], paths: readonly string[]): readonly string[] {
  const pathnames = paths.map((path) => new URL(path, "http://console.test").pathname);
  const fits = (route: string) => new RegExp(`^${route.replaceAll(/\$[^/]+/g, "[^/]+")}$`);
  return routes.filter((route) => !pathnames.some((pathname) => fits(route).test(pathname)));
}

/** The files that show a dialog. */
export async function consoleDialogs(): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob("*/*.tsx", { cwd: source }))
    if (/<(ChangeDialog|Dialog|Spotlight\.Root)\b/.test(await readFile(join(source, file), "utf8"))) files.push(file);
  return files.filter((file) => file !== "change/change-form.tsx").toSorted();
}
