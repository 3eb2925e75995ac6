import { glob, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { build } from "vite";

// node build.ts [FOLDER]: makes the site, in dist/site when no folder is named.
const folder = process.argv[2] ?? join(import.meta.dirname, "dist/site");
// Whatever the shell around it says: React's other form is three times as large, and slow.
process.env["NODE_ENV"] = "production";
await build({ root: import.meta.dirname, logLevel: "warn", build: { outDir: folder } });

// Compressed here, once and well, so that the server need not do it for each answer.
for await (const file of glob("assets/*.{js,css,svg}", { cwd: folder })) {
  const bytes = await readFile(join(folder, file));
  await writeFile(join(folder, `${file}.br`), await promisify(brotliCompress)(bytes));
  await writeFile(join(folder, `${file}.gz`), await promisify(gzip)(bytes, { level: 9 }));
}
