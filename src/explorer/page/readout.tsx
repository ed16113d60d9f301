import { pageNumber } from "../state/page-number.ts";
import type { Session } from "../state/session.ts";

/** The numbers of the frame on show: mean field, particles, and their difference. */
export function Readout({ session }: { session: Session }) {
  const { setup, meanField, particles, shown } = session;
  const field = meanField.value[shown.value];
  const own = particles.value[shown.value];
  if (setup.value === null || field === undefined) return <p class="muted">The numbers come with the first frame.</p>;
  const { record, thermal } = field;
  const energies: [string, number | null, number | null][] =
    thermal === null
      ? [["energy E", record.energy, own?.energy ?? null]]
      : [
          ["temperature \u03c4", setup.value.thermal?.temperatures[shown.value] ?? null, null],
          ["free energy E_\u03c4", record.energy, null],
          ["energy E, without entropy", thermal.energy, own?.energy ?? null],
        ];
  const rows: [string, number | null, number | null][] = [
    ...energies,
    [thermal === null ? "optimality gap" : "optimality gap \u03c4 KL(\u03bc | Gibbs)", record.gap, own?.gap ?? null],
    ...(record.gibbsResidual === undefined
      ? []
      : [["distance \u222b |\u03bc \u2212 Gibbs|", record.gibbsResidual, null] as [string, number, null]]),
    ["mean potential Vbar", record.meanPotential, null],
    ["dissipated", record.dissipated, null],
    ["defect of the energy identity", record.defect, null],
    ["mass", record.mass, own === undefined ? null : 1],
    ...setup.value.observables.map((name, k): [string, number | null, number | null] => [
      `mean of ${name}`,
      record.observables[name],
      own?.observables[k] ?? null,
    ]),
    ...(own?.distances ?? []).map(({ distance }, a): [string, number | null, number | null] => [
      `W1 along ${setup.value?.axes[a].name}`,
      null,
      distance,
    ]),
  ];
  return (
    <div class="scroll">
      <table class="readout">
        <caption>Numbers at t = {pageNumber(record.time)}</caption>
        <thead>
          <tr>
            <th scope="col">quantity</th>
            <th scope="col" class="number">
              mean field
            </th>
            <th scope="col" class="number">
              particles
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, mean, empirical]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{cellText(mean)}</td>
              <td class="number">{cellText(empirical)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellText(value: number | null): string {
  return value === null || Number.isNaN(value) ? "–" : pageNumber(value);
}
