import { errorChain } from "@drover/kit";

// `node check-server.ts URL`: asks a server whether it is ready, part by part, and ends with 1 when it is not. For `helm test`.

const [url = ""] = process.argv.slice(2);
const deadlineMs = 10_000;
try {
  const answer = await fetch(`${url}/readyz?verbose=true`, { signal: AbortSignal.timeout(deadlineMs) });
  process.stdout.write(await answer.text());
  process.exitCode = answer.status === 200 ? 0 : 1;
} catch (error) {
  process.stdout.write(`${url} does not answer: ${errorChain(error)}\n`);
  process.exitCode = 1;
}
