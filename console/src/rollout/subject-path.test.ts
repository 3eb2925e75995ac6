import { expect, test } from "vitest";
import { subjectPath } from "./subject-path.ts";

test.each([
  { subject: "clusters/eu-1", want: "/clusters/eu-1" },
  { subject: "clusters/eu-1/Deployment/shop/checkout", want: "/clusters/eu-1/applications/web" },
  { subject: "clusters/eu-1/applications/api", want: "/clusters/eu-1/applications/api" },
  { subject: "rollouts/r2", want: "/rollouts/r2" },
  { subject: "applications/api", want: "/applications/api" },
  { subject: "environments/production", want: undefined },
  { subject: "fleet", want: undefined },
])("$subject leads to $want", ({ subject, want }) => expect(subjectPath(subject, "web")).toBe(want));
