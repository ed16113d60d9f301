import { basisOfOrder } from "./lagrange-basis.ts";
import { createLineTransfer, LINE_ORDER } from "./line-transfer.ts";
import { createTensorTransfer, type MeshLayout, type MeshTransfer } from "./mesh-transfer.ts";

/** A MeshTransfer for several fields on the same mesh. */
export interface FieldTransfer {
  spread: MeshTransfer["spread"];
  /** outputs[c][i] += sum_m L_m(theta_i) fields[c][m], for those that are not null. */
  read(
    outputs: readonly (Float64Array | null)[],
    fields: readonly Float64Array[],
    points: readonly Float64Array[],
    count: number,
  ): void;
}

/** Fields that are read together. */
const TOGETHER = 4;

/**
 * Finding the nodes of a point and their basis costs as much as reading fields there, so that four are read together at hardly more than the cost of one, to the same bits. Each is
 * read by itself in space, and of order 6 on one axis: there by its polynomials, 5 ns a point and field.
 */
export function createFieldTransfer(layout: MeshLayout): FieldTransfer {
  const d = layout.spacing.length;
  const onLine = d === 1 && layout.order === LINE_ORDER;
  const { spread, read } = (onLine ? createLineTransfer : createTensorTransfer)(layout);
  const readFour = createFourfoldReader(layout);
  let waste = new Float64Array(0);
  return {
    spread,
    read(outputs, fields, points, count) {
      const wanted = outputs.flatMap((output, c) => (output === null ? [] : [{ output, field: fields[c] }]));
      if (onLine || d > 2 || wanted.length === 1) {
        for (const { output, field } of wanted) read(output, field, points, count);
        return;
      }
      if (waste.length < count) waste = new Float64Array(count);
      for (let first = 0; first < wanted.length; first += TOGETHER) {
        const group = wanted.slice(first, first + TOGETHER);
        while (group.length < TOGETHER) group.push({ output: waste, field: group[0].field });
        readFour(group.map(({ output }) => output), group.map(({ field }) => field), points, count); // biome-ignore format: one row
      }
    },
  };
}

type Reader = (
  outputs: readonly Float64Array[],
  fields: readonly Float64Array[],
  points: readonly Float64Array[],
  count: number,
) => void;

/** Four fields at once, as MeshTransfer.read each, on one or two axes. */
function createFourfoldReader({ spacing, periods, extent, origin, order }: MeshLayout): Reader {
  const { evaluate } = basisOfOrder(order);
  const last = spacing.length - 1;
  const rows = last === 0 ? 1 : order;
  const left = order / 2 - 1;
  const [b0, b1] = [0, 1].map(() => new Float64Array(order).fill(1));
  const [n0, n1] = [0, 1].map(() => new Int32Array(order));

  function locate(basis: Float64Array, node: Int32Array, x: number, a: number, stride: number): void {
    const cell = x / spacing[a];
    const whole = Math.floor(cell);
    evaluate(basis, cell - whole);
    const first = whole - left - origin[a];
    const mask = periods[a] === 0 ? -1 : extent[a] - 1;
    for (let j = 0; j < order; j++) node[j] = ((first + j) & mask) * stride;
  }

  return ([out0, out1, out2, out3], [f0, f1, f2, f3], points, count) => {
    for (let i = 0; i < count; i++) {
      // On one axis a single row, with b0[0] = 1 and n0[0] = 0.
      if (last === 1) locate(b0, n0, points[0][i], 0, extent[1]);
      locate(b1, n1, points[last][i], last, 1);
      let total0 = 0;
      let total1 = 0;
      let total2 = 0;
      let total3 = 0;
      for (let q = 0; q < rows; q++) {
        const row = n0[q];
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        for (let r = 0; r < order; r++) {
          const m = row + n1[r];
          const b = b1[r];
          s0 += b * f0[m];
          s1 += b * f1[m];
          s2 += b * f2[m];
          s3 += b * f3[m];
        }
        total0 += b0[q] * s0;
        total1 += b0[q] * s1;
        total2 += b0[q] * s2;
        total3 += b0[q] * s3;
      }
      out0[i] += total0;
      out1[i] += total1;
      out2[i] += total2;
      out3[i] += total3;
    }
  };
}
