import { parentPort, workerData } from "node:worker_threads";
import { connectHost } from "./host.ts";

/** The thread of a command; see host.ts. */
connectHost((message) => parentPort?.postMessage(message));
const { runCommand } = await import("./run.ts");
parentPort?.postMessage({ exitCode: await runCommand(workerData as string[]) });
