import type { AcceptedReport } from "../../../app/agents/ingest-reports.ts";
import type { Db } from "../database.ts";
import { eventChannel } from "../history/event-log.ts";
import { storableJson } from "../storable-json.ts";

/** Also wakes those who watch: the `changed` statuses' own events are in this transaction. */
export async function recordAgentEvents(tx: Db, newer: readonly AcceptedReport[], changed: number): Promise<void> {
  const events = newer.flatMap(({ report, eventSeq }) =>
    report.events
      .filter(({ seq }) => seq > eventSeq)
      .map((event) => ({ subject: `clusters/${report.cluster}`, body: { cluster: report.cluster, ...event } })),
  );
  if (events.length === 0 && changed === 0) return;
  await tx.query({
    name: "agent-events-record",
    text: `with recorded as (
             insert into events (kind, subject, body)
             select 'AgentEvent', e.subject, e.body from json_to_recordset($1::json) as e (subject text, body jsonb))
           select pg_notify('${eventChannel}', '')`,
    values: [storableJson(events)],
  });
}
