import { parentPort, workerData } from "node:worker_threads";
import { connectHost } from "./host.ts";
import { type Screen, setScreen } from "./screen.ts";

export interface CommandData {
  args: readonly string[];
  screen: Screen;
}

/** The thread of a command; see host.ts. */
connectHost((message) => parentPort?.postMessage(message));
const { args, screen } = workerData as CommandData;
setScreen(screen);
const { runCommand } = await import("./run.ts");
parentPort?.postMessage({ exitCode: await runCommand([...args]) });
