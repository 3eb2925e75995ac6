import fc from "fast-check";
import { createTransport } from "nodemailer";
import { expect, test } from "vitest";
import { cloudEvent } from "../../control-plane/src/domain/notification/format/cloud-event.ts";
import { mailOf } from "../../control-plane/src/domain/notification/format/mail.ts";
import { pagerDutyEvent } from "../../control-plane/src/domain/notification/format/pager-duty.ts";
import { slackMessage } from "../../control-plane/src/domain/notification/format/slack.ts";
import { teamsMessage } from "../../control-plane/src/domain/notification/format/teams.ts";
import { type Outgoing, outgoing } from "../../control-plane/src/domain/notification/outgoing.ts";
import { cloudEventProblems, mailProblems, pagerDutyProblems, slackProblems, teamsProblems } from "../support/receiver-limits.ts";

/** Pieces of what strangers write, from nothing to far beyond every limit. */
const piece = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom(
    "<!channel>",
    "&",
    "<",
    "\r\nBcc: all@example.com",
    "](https://evil.example)",
    "*",
    "\u202Eevil",
    "😀",
    "\uD800",
    "\0",
    "\n",
  ),
);
const wild = fc
  .tuple(fc.array(piece, { maxLength: 20 }), fc.constantFrom(1, 1, 1, 40, 400))
  .map(([pieces, times]) => pieces.join("").repeat(times));

const message: fc.Arbitrary<Outgoing> = fc
  .record({
    title: wild.map((text) => `web ${text}`),
    text: wild,
    subject: wild,
    facts: fc.array(fc.record({ name: wild.map((text) => `n${text}`), value: wild }), { maxLength: 30 }),
    key: wild.map((text) => `k${text}`),
    action: fc.constantFrom("trigger", "resolve"),
    severity: fc.constantFrom("Info", "Warning", "Critical"),
    url: fc.constantFrom(undefined, "https://drover.example.com", `https://drover.example.com/${"a".repeat(5_000)}`),
  })
  .map(({ key, action, url, ...rest }) =>
    outgoing(
      "3c9d7b1e-0000-4000-8000-000000000000",
      {
        ...rest,
        event: "RolloutHalted",
        path: "/rollouts/r1",
        at: "2026-11-21T18:00:00.000Z",
        concerns: { projects: ["default"], environments: ["production"], applications: ["web"] },
        incident: { key, action },
      },
      url,
    ),
  );

const runs = { numRuns: 150 };

test("Teams takes a text of many short lines, and one in which every character takes three bytes", () => {
  const worst = (text: string): Outgoing => ({
    ...outgoing(
      "3c9d7b1e-0000-4000-8000-000000000000",
      {
        event: "RolloutHalted",
        path: "/rollouts/r1",
        at: "2026-11-21T18:00:00.000Z",
        subject: "rollouts/r1",
        title: "界".repeat(400),
        text,
        facts: Array.from({ length: 20 }, () => ({ name: "界".repeat(200), value: "界".repeat(2_000) })),
        severity: "Critical",
        concerns: { projects: [], environments: [], applications: [] },
        incident: { key: "k", action: "trigger" },
      },
      `https://drover.example.com/${"a".repeat(1_900)}`,
    ),
  });
  for (const text of ["&\n".repeat(3_000), "界".repeat(5_000)])
    expect(teamsProblems(JSON.stringify(teamsMessage(worst(text))))).toEqual([]);
});

test.each([
  { name: "Slack", format: slackMessage, judge: slackProblems },
  { name: "Teams", format: teamsMessage, judge: teamsProblems },
  { name: "CloudEvents", format: cloudEvent, judge: cloudEventProblems },
  { name: "PagerDuty", format: (one: Outgoing) => ({ routing_key: "r".repeat(32), ...pagerDutyEvent(one) }), judge: pagerDutyProblems },
])("$name takes every message, whatever strangers write", ({ format, judge }) =>
  fc.assert(
    fc.property(message, (one) => {
      const body = JSON.stringify(format(one));
      expect(judge(body)).toEqual([]);
      expect(body).not.toMatch(/\\ud[89a-f]|\\u0000|[\u202A-\u202E]/i);
    }),
    runs,
  ),
);

test("a mail has its own headers and no stranger's, and its HTML is ours", async () => {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  await fc.assert(
    fc.asyncProperty(message, async (one) => {
      const mail = mailOf(one);
      const sent = await transport.sendMail({ ...mail, headers: { ...mail.headers }, from: "drover@example.com", to: ["ops@example.com"] });
      expect(mailProblems(String(sent.message))).toEqual([]);
      expect(mail.subject).toMatch(/^\[(Info|Warning|Critical)\] web/);
      expect(mail.html.replace(/<\/?(h2|p|table|tr|th|td|a|small)( align="left"| href="[^"<>]*")?>/g, "")).not.toMatch(/[<>"]/);
    }),
    { numRuns: 60 },
  );
});
