import { type ErrorEntries, entry } from "./entry.ts";

export const databaseErrors: ErrorEntries = {
  DATABASE_CONTENTION: entry("stale", "Transactions met, and this one lost.", "Much traffic on the same rows.", "Ask again."),
  DATABASE_DUPLICATE: entry("exists", "There is such a row already.", "Two who made the same thing at once.", "Read it instead."),
  DATABASE_FAILED: entry("internal", "A statement failed.", "A bug, or a schema changed by hand.", "Report it with the log."),
  DATABASE_TIMEOUT: entry(
    "timeout",
    "A statement took longer than 15 s.",
    "An overloaded database.",
    "Look at the database, then ask again.",
  ),
  DATABASE_UNAVAILABLE: entry(
    "unavailable",
    "PostgreSQL does not answer.",
    "It is down, restarting or unreachable.",
    "Look at the database; what was asked can be asked again.",
  ),
  SCHEMA_NEWER: entry(
    "wrong-state",
    "The database has a newer schema than this program.",
    "An older program after an upgrade.",
    "Run the newer program.",
  ),
  SCHEMA_ALTERED: entry(
    "wrong-state",
    "An applied migration's file has changed.",
    "A migration was edited.",
    "Restore it and add a new migration.",
  ),
};
