import type { Session } from "../state/session.ts";

/** With three variables: which two of them are drawn. */
export function PlaneChoice({ session: { setup, plane } }: { session: Session }) {
  const { planes, axes } = setup.value ?? { planes: [], axes: [] };
  if (planes.length < 2) return null;
  return (
    <label class="plane">
      Shown plane{" "}
      <select
        value={plane.value}
        onChange={(event) => {
          plane.value = Number(event.currentTarget.value);
        }}
      >
        {planes.map(([first, second], k) => (
          <option key={`${first} ${second}`} value={k}>
            {axes[first].name}, {axes[second].name}
          </option>
        ))}
      </select>
    </label>
  );
}
