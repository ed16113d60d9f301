/** The engines at full size: npx tsx test/slurm/engines-full.ts [replicas = 2000]. Exits with status 1 where a summary differs. */
import { measureEngines, withCluster } from "./engines.ts";

const replicas = Number(process.argv[2] ?? 2000);
await withCluster(async (cluster) => {
  const runs = await measureEngines(cluster, { replicas, n: 1000, dt: 0.01, minutes: 0.02 }, ({ name, seconds, notes }) =>
    console.log(`${name}: ${seconds.toFixed(1)} s${notes.map((note) => `; ${note}`).join("")}`),
  );
  const same = runs.every(({ summary }) => summary === runs[0].summary);
  console.log(same ? `all summaries are the same ${runs[0].summary.length} bytes` : "SUMMARIES DIFFER");
  process.exitCode = same ? 0 : 1;
});
