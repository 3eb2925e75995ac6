import { expect, test } from "vitest";
import { renderTemplate } from "./template.ts";

const list = {
  kind: "List",
  items: [
    { name: "eu-1", labels: { "drover.dev/tier": "prod" }, state: "Connected", applications: { Healthy: 2 }, tags: ["a", "b", "c"] },
    { name: "us-1", labels: {}, state: "Offline", applications: { Healthy: 0 }, tags: [] },
  ],
};

test.each([
  { template: "{.items[*].name}", want: "eu-1 us-1" },
  { template: ".items[*].name", want: "eu-1 us-1" },
  { template: "{.items[0].name}", want: "eu-1" },
  { template: "{.items[-1:].name}", want: "us-1" },
  { template: "{.items[0].tags[0:2]}", want: "a b" },
  { template: "{.items[0].tags[::2]}", want: "a c" },
  { template: "{.items[0].tags[0,2]}", want: "a c" },
  { template: "{.items[0]['name','state']}", want: "eu-1 Connected" },
  { template: "{.items[0].labels.drover\\.dev/tier}", want: "prod" },
  { template: "{.items[0].labels['drover.dev/tier']}", want: "prod" },
  { template: "{.items[0].applications}", want: '{"Healthy":2}' },
  { template: '{.items[?(@.state=="Offline")].name}', want: "us-1" },
  { template: "{.items[?(@.state=='Offline')].name}", want: "us-1" },
  { template: "{.items[?(@.applications.Healthy > 1)].name}", want: "eu-1" },
  { template: "{.items[?(@.labels.drover\\.dev/tier)].name}", want: "eu-1" },
  { template: "{..name}", want: "eu-1 us-1" },
  { template: '{range .items[*]}{.name}{"\\t"}{@.state}{"\\n"}{end}', want: "eu-1\tConnected\nus-1\tOffline\n" },
  { template: "{range .items[*]}[{range .tags[*]}{@}{end}] {$.kind} {end}", want: "[abc] List [] List " },
  { template: "name: {.items[1].name}, {.gone}!", want: "name: us-1, !" },
  { template: '{"{"}{.kind}{"}"}', want: "{List}" },
])("$template", ({ template, want }) => expect(renderTemplate(template, list)).toBe(want));

test.each(["{.items[}", "{range .items[*]}{.name}", "{end}", "{.a", "{.items[?(@.a==)]}", "{.a b}"])(
  "%s is refused, and nothing else",
  (template) => {
    expect(() => renderTemplate(template, list)).toThrow(expect.objectContaining({ code: "JSONPATH_INVALID" }));
  },
);
