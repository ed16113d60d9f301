import { pageNumber } from "../state/page-number.ts";
import type { View } from "../state/view.ts";
import { sliceOf } from "./slices.ts";

/** With three variables: where the planes on show cut the third axis, or that they hold the integral over it. Nothing where there are no slices. */
export function SliceChoice({ view: { setup, meanField, plane, slice } }: { view: View }) {
  const own = sliceOf(setup.value, plane.value, slice.value ?? 0);
  if (own === null || !meanField.value[0]?.volume) return null;
  const { name, cells } = own.axis;
  const words = slice.value === null ? `all of ${name}` : `${name} = ${pageNumber(own.at)}`;
  return (
    <label class="panel-slice">
      <span>
        Slice through {name} <span class="value">{words}</span>
      </span>
      <input
        type="range"
        min={-1}
        max={cells - 1}
        value={slice.value ?? -1}
        aria-valuetext={words}
        title="leftmost: the integral over it"
        onInput={(event) => {
          const cell = Number(event.currentTarget.value);
          slice.value = cell < 0 ? null : cell;
        }}
      />
    </label>
  );
}
