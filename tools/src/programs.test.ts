import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { environmentVariable, isAcceptable, parseVersion, programNamed, programs } from "./programs.ts";

test.each(programs.map((program) => ({ ...program })))(
  "$name is pinned to the same version in its Go module",
  ({ family, goPackage, version }) => {
    const goMod = readFileSync(new URL(`../programs/${family}/go.mod`, import.meta.url), "utf8");
    const required = [...goMod.matchAll(/^\t?(?:require )?(\S+) (v\S+)/gm)].map(([, module, pin]) => ({ module: module as string, pin }));
    const own = required.find(({ module }) => goPackage === module || goPackage.startsWith(`${module}/`));
    expect(own?.pin).toBe(`v${version}`);
    expect(goMod).toMatch(new RegExp(`^(tool |\t)${goPackage}$`, "m"));
  },
);

test.each(programs.map((program) => ({ ...program })))(
  "$name says its pinned version in what the linker sets",
  ({ version, linkerVariables }) => {
    const versions = Object.values(linkerVariables).filter((value) => value.startsWith("v"));
    expect(versions.filter((value) => value !== `v${version}`)).toEqual([]);
  },
);

test.each([
  { output: "nats-server: v2.15.2\n", want: "2.15.2" },
  { output: "Kubernetes v1.36.3\n", want: "1.36.3" },
  { output: "Client Version: v1.32.4\nKustomize Version: v5.5.0\n", want: "1.32.4" },
  { output: "etcd Version: 3.7.3\nGit SHA: Not provided\n", want: "3.7.3" },
  { output: "kwok version v0.8.0 go1.26.8 (linux/amd64)\n", want: "0.8.0" },
  { output: "v4.1.4+g05fa379\n", want: "4.1.4" },
  { output: "(devel)\n", want: undefined },
])("the version in $output", ({ output, want }) => expect(parseVersion(output)).toBe(want));

test.each([
  { name: "kube-apiserver", version: "1.36.3", want: true },
  { name: "kube-apiserver", version: "1.36.2", want: false },
  { name: "kubectl", version: "1.36.0", want: true },
  { name: "kubectl", version: "1.3.0", want: false },
  { name: "kubectl", version: "1.32.4", want: false },
] as const)("$name $version found on this machine: $want", ({ name, version, want }) =>
  expect(isAcceptable(programNamed(name), version)).toBe(want),
);

test("each program has its own variable", () => {
  expect(environmentVariable(programNamed("kube-controller-manager"))).toBe("DROVER_KUBE_CONTROLLER_MANAGER");
  expect(new Set(programs.map((program) => environmentVariable(program))).size).toBe(programs.length);
});
