import type {
  CheckEvent,
  CheckRequest,
  FileRequest,
  NoiseEvent,
  NoiseRequest,
  PaceRequest,
  RivalEvent,
  RivalRequest,
  WatchEvent,
  WatchRequest,
} from "../engine/messages.ts";
import type { Role } from "../engine/worker.ts";

/** A worker that is started when first needed, and anew after it was stopped. */
export interface WorkerHandle<Request> {
  post(request: Request): void;
  /** Ends whatever it does, at once. */
  stop(): void;
}

function handleOf<Request, Event>(role: Role) {
  return (onEvent: (event: Event) => void, onCrash: (message: string) => void): WorkerHandle<Request> => {
    let worker: Worker | null = null;
    const stop = () => {
      worker?.terminate();
      worker = null;
    };
    return {
      post(request) {
        if (worker === null) {
          worker = new Worker(new URL("../engine/worker.ts", import.meta.url), { type: "module", name: role });
          worker.addEventListener("message", ({ data }: MessageEvent<Event>) => onEvent(data));
          worker.addEventListener("error", (error) => {
            stop();
            onCrash(error.message || "the browser gave no reason; it may be out of memory");
          });
        }
        worker.postMessage(request);
      },
      stop,
    };
  };
}

export const createWatcher = handleOf<WatchRequest, WatchEvent>("watch");
export const createRivalSolver = handleOf<RivalRequest, RivalEvent>("rivals");
export const createChecker = handleOf<CheckRequest, CheckEvent>("check");
export const createPredictor = handleOf<NoiseRequest, NoiseEvent>("noise");
export const createFileMaker = handleOf<FileRequest | PaceRequest, CheckEvent>("check");
