import { expect, test } from "vitest";
import { parseFleetFile } from "./parse-fleet-file.ts";
import { validateFleet } from "./validate-fleet.ts";

const path = "notifications/on-call.yaml";

function problemsOf(text: string): readonly string[] {
  const file = parseFleetFile(path, text);
  return file.kind === "invalid" ? file.problems.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`) : [];
}

test.each([
  "receiver: { type: Webhook, url: https://hooks.example/drover, credentialsRef: hooks }\n",
  "receiver: { type: Slack, credentialsRef: slack }\nseverities: [Warning, Critical]\n",
  "receiver: { type: Teams, credentialsRef: teams }\nevents: [RolloutHalted, GateWaiting]\nprojects: [default]\n",
  "receiver: { type: PagerDuty, credentialsRef: pager }\n",
  "receiver: { type: Email, credentialsRef: mail, from: drover@example.com, to: [ops@example.com] }\n",
])("%s is right", (text) => expect(problemsOf(text)).toEqual([]));

test.each([
  {
    name: "a key that the type needs",
    text: "receiver: { type: Email, credentialsRef: mail, from: drover@example.com }\n",
    problem: "1:11 FLEET_NOTIFICATION_INVALID a receiver of type Email needs to",
  },
  {
    name: "a secret address in git",
    text: "receiver: { type: Slack, url: https://hooks.slack.example/T/B/x, credentialsRef: slack }\n",
    problem:
      "1:31 FLEET_NOTIFICATION_INVALID a receiver of type Slack has no url; it takes credentialsRef; its address lies in the Secret that credentialsRef names",
  },
  {
    name: "a URL with a password",
    text: "receiver: { type: Webhook, url: https://a:b@hooks.example/, credentialsRef: hooks }\n",
    problem: "1:33 FLEET_NOTIFICATION_INVALID credentials do not belong into a URL: name a mounted Secret by credentialsRef",
  },
  {
    name: "the address of a cloud's metadata",
    text: "receiver: { type: Webhook, url: http://169.254.169.254/latest, credentialsRef: hooks }\n",
    problem: "1:33 FLEET_NOTIFICATION_INVALID 169.254.169.254 is a metadata address, which notifications may not call",
  },
  {
    name: "a mail address that would add a header",
    text: 'receiver: { type: Email, credentialsRef: mail, from: "a@example.com\\nBcc: b@example.com", to: [ops@example.com] }\n',
    problem: expect.stringMatching(/^1:\d+ FLEET_FILE_SCHEMA "receiver.from" must be a mail address/),
  },
  {
    name: "an event that there is not",
    text: "receiver: { type: Slack, credentialsRef: slack }\nevents: [RolloutBroken]\n",
    problem: expect.stringMatching(/^2:10 FLEET_FILE_SCHEMA /),
  },
])("$name is refused", ({ text, problem }) => expect(problemsOf(text)).toEqual([problem]));

test("a notification that names something that is not there is sent for the rest", () => {
  const { problems } = validateFleet(
    new Map([
      ["drover.yaml", "apiVersion: drover.dev/v1\n"],
      [path, "environments: [prod]\nreceiver: { type: Slack, credentialsRef: slack }\n"],
    ]),
  );
  expect(problems).toMatchObject([{ severity: "warning", path, code: "FLEET_REFERENCE_MISSING" }]);
});
