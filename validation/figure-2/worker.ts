import { serveJobs } from "../../src/threads/worker.ts";
import { runJob } from "./runs.ts";

/** Worker thread of the runs of figure 2. */
serveJobs(runJob);
