import { openMemoryPorts } from "../contract/memory-ports.ts";
import { openPgPorts } from "../contract/pg-ports.ts";
import { rolloutPortsContract } from "../contract/rollout-ports-contract.ts";

// What the simulation finds is worth something only while its database does what the real one does.
rolloutPortsContract("in memory", openMemoryPorts);
rolloutPortsContract("PostgreSQL", openPgPorts);
