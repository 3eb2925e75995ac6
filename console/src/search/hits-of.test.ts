import { expect, test } from "vitest";
import { hitsOf } from "./hits-of.ts";

test.each([
  { kind: "Cluster", name: "eu-1", want: "/clusters/eu-1" },
  { kind: "Application", name: "web", want: "/applications/web" },
  { kind: "Environment", name: "production", want: "/clusters?environment=production" },
  { kind: "Release", name: "web-shop-42", want: "/applications/web-shop" },
  { kind: "Rollout", name: "r1", want: "/rollouts/r1" },
] as const)("a $kind leads to $want", ({ kind, name, want }) => expect(hitsOf([{ kind, name, title: name }])[0]?.to).toBe(want));
