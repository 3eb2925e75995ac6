import type { Command } from "commander";

/** What people type most, by command. A test reads each of them as it stands. */
export const helpExamples: Readonly<Record<string, readonly string[]>> = {
  get: [
    "drover get applications",
    "drover get clusters -l tier=production --sort-by .name",
    "drover get rollouts -a web -e production --watch",
    "drover get clusters,environments -o json",
    "drover get object deployment/web -a web --cluster eu-1 -o yaml",
  ],
  describe: ["drover describe cluster eu-1", "drover describe clusters -l region=eu"],
  search: ["drover search eu"],
  why: ["drover why web -e production", "drover why web --cluster eu-1", "drover why cluster/eu-1"],
  history: ["drover history web --at 2h", "drover history --cluster eu-1 --at 2026-11-21T13:00:00Z"],
  "history outliers": ["drover history outliers web -e production"],
  diff: ["drover diff web --cluster eu-1", "drover diff -f environments/production.yaml"],
  tree: ["drover tree web --cluster eu-1"],
  events: ["drover events --watch", "drover events --for cluster/eu-1", "drover events web --cluster eu-1"],
  logs: ["drover logs web --cluster eu-1 --follow", "drover logs web deployment/web --cluster eu-1 --all-pods --since 10m"],
  drift: ["drover drift --open", "drover drift -a web --cluster eu-1 --since 48h"],
  wait: [
    "drover wait app/web -e production --for=condition=Healthy --timeout 10m",
    "drover wait clusters -l tier=production --for=state=Connected",
  ],
  promote: [
    "drover promote web --to staging --revision main --wait",
    "drover promote web --to production --revision v1.4.2 --dry-run=server",
  ],
  rollback: ["drover rollback web -e production --plan", "drover rollback web -e production --wait", "drover rollback --change 5d6e7f8"],
  "rollout status": ["drover rollout status web -e production --watch"],
  "rollout plan": ["drover rollout plan web -e production --revision main"],
  "rollout skip": ["drover rollout skip web -e production --cluster eu-1 -m 'it is being moved'"],
  "rollout retry": ["drover rollout retry web -e production --cluster eu-1 --wait"],
  pause: ["drover pause web -e production -m 'the shops are full'"],
  resume: ["drover resume web -e production --accept-failures 1 --wait"],
  approve: ["drover approve web -e production -m 'looks well'"],
  "quarantine lift": ["drover quarantine lift web 1a2b3c4 -m 'the node pool was at fault'"],
  "freeze begin": ["drover freeze begin holidays -e production --until 48h -m 'the office is closed'"],
  "break-glass": ["drover break-glass production --for 1h -m 'the site is down'"],
  "stop fleet": ["drover stop fleet -m 'wrong images everywhere'"],
  apply: ["drover apply -f environments/production.yaml --dry-run=server", "drover apply -f fleet --wait -m 'the new plan'"],
  edit: ["drover edit environment/production"],
  delete: ["drover delete freeze holidays --dry-run"],
  explain: ["drover explain application.spec.source"],
  "cluster add": ["drover cluster add eu-2 -l tier=production -l region=eu"],
  refresh: ["drover refresh web -e production", "drover sync web --cluster eu-1"],
  "auth login": ["drover auth login https://drover.example.com --ca-file ca.crt"],
  "auth can-i": ["drover auth can-i promote -e production"],
  "token create": ["drover token create --subject ci --role operator --ttl 30d"],
};

export function addExamples(program: Command): void {
  for (const [path, lines] of Object.entries(helpExamples)) {
    const text = `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
    commandAt(program, path.split(" "))?.addHelpText("after", text);
  }
}

/** None where the program was made without it. */
const commandAt = (command: Command | undefined, [name, ...rest]: readonly string[]): Command | undefined =>
  name === undefined
    ? command
    : commandAt(
        command?.commands.find((one) => one.name() === name),
        rest,
      );
