import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findPostgresBinaries, postgresUser } from "@drover/tools";
import type { ContainerImage } from "./container-image.ts";

/** Whom PostgreSQL runs as here: the image's own user has no account on this machine, and initdb wants one. */
export const postgresAccount = postgresUser;

/** As much of the postgres image as a pod of it needs: the servers' programs, and what its entrypoint does with them. */
export async function layPostgresImage(root: string): Promise<ContainerImage> {
  const { initdb, postgres } = await findPostgresBinaries(postgresUser());
  const programs = join(root, "usr/local/bin");
  await mkdir(programs, { recursive: true });
  const entrypoint = join(programs, "docker-entrypoint.sh");
  await writeFile(
    entrypoint,
    [
      "#!/bin/sh",
      "set -e",
      'if [ ! -s "$PGDATA/PG_VERSION" ]; then',
      `  "${initdb}" -D "$PGDATA" -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-host=scram-sha-256 --locale=C --encoding=UTF8 --no-sync`,
      `  echo "create database $POSTGRES_DB" | "${postgres}" --single -D "$PGDATA" postgres`,
      "fi",
      "shift",
      `exec "${postgres}" -D "$PGDATA" "$@"`,
      "",
    ].join("\n"),
  );
  await chmod(entrypoint, 0o755);
  return { root, labels: {}, env: { PATH: "/usr/bin:/bin" }, user: { uid: 0, gid: 0 }, entrypoint: [entrypoint] };
}
