/** Files of a YAML block. Each begins with a comment that is its path. */
export function pushedFiles(lines: readonly string[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  let path: string | undefined;
  for (const line of lines) {
    path = /^# (\S+\.yaml)$/.exec(line)?.[1] ?? path;
    if (path === undefined) throw new Error(`begin a YAML block with a comment that is a path, such as "# environments/production.yaml"`);
    files[path] = `${files[path] ?? ""}${line}\n`;
  }
  return files;
}
