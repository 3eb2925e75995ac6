import { expect, test } from "vitest";
import { parseRemote } from "../../domain/fleet/remote.ts";
import { sshCommand } from "./access.ts";

test("SSH trusts only the given host key and uses only the given key, at the checked address", () => {
  const command = sshCommand(parseRemote("ssh://git@git.example:2222/team/app.git"), "203.0.113.7", {
    key: "/run/it's/key",
    knownHosts: "/run/known_hosts",
  });
  expect(command).toBe(
    "ssh -F /dev/null -o 'IdentityFile=/run/it'\\''s/key' -o 'IdentitiesOnly=yes' -o 'IdentityAgent=none' " +
      "-o 'UserKnownHostsFile=/run/known_hosts' -o 'GlobalKnownHostsFile=/dev/null' -o 'StrictHostKeyChecking=yes' " +
      "-o 'HostKeyAlias=[git.example]:2222' -o 'Hostname=203.0.113.7' -o 'BatchMode=yes' -o 'PasswordAuthentication=no' " +
      "-o 'ForwardAgent=no' -o 'PermitLocalCommand=no' -o 'ConnectTimeout=15'",
  );
});
