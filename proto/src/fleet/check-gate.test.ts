import { expect, test } from "vitest";
import { parseFleetFile } from "./parse-fleet-file.ts";

/** Problems of a strategy whose one wave has these gates after it; the gate is on line 4. */
function problemsOf(gate: string, when = "after"): readonly string[] {
  const parsed = parseFleetFile("strategies/careful.yaml", `waves:\n  - name: canary\n    gates:\n      ${when}: [${gate}]\n`);
  const problems = "problems" in parsed ? parsed.problems : [];
  return problems.map(({ line, code, message }) => `${line} ${code} ${message}`);
}

test.each([
  "{ name: ok, type: Approval }",
  "{ name: ok, type: Approval, requiredApprovals: 2, approvers: [admin, users/ada], timeout: 4h }",
  "{ name: ok, type: Prometheus, address: 'https://prom.example', query: 'sum(up)', condition: 'result > 0.99', count: 5, failureLimit: 1 }",
  "{ name: ok, type: Prometheus, address: 'http://10.0.0.7:9090', query: up, condition: 'results.all(r, r.value == 1)', interval: 30s }",
  "{ name: ok, type: Http, url: 'https://shop.example/healthz' }",
  "{ name: ok, type: Http, url: 'http://localhost:9000/', condition: 'json.ready == true && status < 400', credentialsRef: shop }",
  "{ name: ok, type: Cel, expression: 'clusters.all(c, c.drifted == 0) && counts.Healthy >= 1 && wave.name != \"\"' }",
  "{ name: ok, type: Job, clusters: 2, job: { image: smoke }, timeout: 20m, count: 2, interval: 5m }",
])("takes %s", (gate) => expect(problemsOf(gate)).toEqual([]));

test.each([
  {
    name: "a key that its type needs",
    gate: "{ name: g, type: Prometheus, address: 'https://p.example', query: up }",
    problem: "4 FLEET_GATE_INVALID gate g: a Prometheus gate needs condition",
  },
  {
    name: "a key of another type",
    gate: "{ name: g, type: Cel, expression: 'counts.Healthy > 0', url: 'https://x.example' }",
    problem: "4 FLEET_GATE_INVALID gate g: a Cel gate has no url; it takes expression, interval, count, failureLimit, timeout",
  },
  { name: "a Job without an image", gate: "{ name: g, type: Job, job: {} }", problem: /image/ },
  { name: "a Job without a job", gate: "{ name: g, type: Job }", problem: /a Job gate needs job/ },
  {
    name: "CEL that does not compile",
    gate: "{ name: g, type: Cel, expression: 'clusters.all(c,' }",
    problem: /^4 FLEET_GATE_INVALID gate g: /,
  },
  {
    name: "CEL that is no question",
    gate: "{ name: g, type: Cel, expression: '1 + 1' }",
    problem: "4 FLEET_GATE_INVALID gate g: it is of type int: write something that is true or false",
  },
  {
    name: "a mistyped name in CEL",
    gate: "{ name: g, type: Cel, expression: 'cluster.size() > 0' }",
    problem: /Unknown variable: cluster; did you mean clusters\?$/,
  },
  {
    name: "another type's name in CEL",
    gate: "{ name: g, type: Http, url: 'https://x.example', condition: 'result > 1' }",
    problem: /Unknown variable: result; there are status, body, json$/,
  },
  {
    name: "CEL that multiplies",
    gate: "{ name: g, type: Cel, expression: 'clusters.all(a, clusters.all(b, clusters.all(c, a != b || b != c)))' }",
    problem: "4 FLEET_GATE_INVALID gate g: macros are nested more than 2 deep",
  },
  {
    name: "an approver that is no role and nobody",
    gate: "{ name: g, type: Approval, approvers: [oprator] }",
    problem: /^4 FLEET_GATE_INVALID gate g: oprator is no role; did you mean operator\?$/,
  },
  {
    name: "more approvals than people who may give one",
    gate: "{ name: g, type: Approval, requiredApprovals: 2, approvers: [users/ada, users/ada] }",
    problem: /gate g: it needs 2 approvals, and its approvers are 1 person/,
  },
  { name: "an interval of nothing", gate: "{ name: g, type: Http, url: 'https://x.example', interval: 0s }", problem: /shorter than 1s/ },
  { name: "a timeout of nothing", gate: "{ name: g, type: Approval, timeout: 0s }", problem: /always over/ },
  {
    name: "a timeout that binds a worker",
    gate: "{ name: g, type: Http, url: 'https://x.example', timeout: 1h }",
    problem: /2m at the most/,
  },
  { name: "an interval of years", gate: "{ name: g, type: Job, job: { image: i }, interval: 400d }", problem: /longer than 30d/ },
  { name: "credentials in the URL", gate: "{ name: g, type: Http, url: 'https://ada:secret@x.example' }", problem: /credentialsRef/ },
  { name: "no URL at all", gate: "{ name: g, type: Http, url: 'http://[' }", problem: /is no URL/ },
  { name: "loopback", gate: "{ name: g, type: Http, url: 'http://127.0.0.1:8080/' }", problem: /127\.0\.0\.1 is a local address/ },
  { name: "loopback as a number", gate: "{ name: g, type: Http, url: 'http://2130706433/' }", problem: /127\.0\.0\.1 is a local address/ },
  { name: "loopback in IPv6", gate: "{ name: g, type: Http, url: 'http://[::1]/' }", problem: /::1 is a local address/ },
  { name: "loopback as IPv4 in IPv6", gate: "{ name: g, type: Http, url: 'http://[::ffff:127.0.0.1]/' }", problem: /is a local address/ },
  {
    name: "the cloud's metadata",
    gate: "{ name: g, type: Prometheus, address: 'http://169.254.169.254', query: up, condition: 'true' }",
    problem: /169\.254\.169\.254 is a metadata address/,
  },
  {
    name: "one name twice",
    gate: "{ name: g, type: Approval }, { name: g, type: Approval }",
    problem: /an earlier gate of the wave is called "g"/,
  },
])("refuses $name", ({ gate, problem }) => {
  const problems = problemsOf(gate);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
  expect(problems[0]).not.toContain("secret");
});

test("a Job before the first wave has nowhere to run", () =>
  expect(problemsOf("{ name: g, type: Job, job: { image: smoke } }", "before")).toEqual([
    expect.stringContaining("before the first wave that is nowhere: put it after the wave"),
  ]));
