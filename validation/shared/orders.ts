import type { Figure } from "../../src/figures/figure.ts";
import type { Cell } from "../../src/figures/table.ts";
import { fitLine, type LineFit } from "../../src/numerics/statistics.ts";
import { type Claim, type Range, within } from "../claims.ts";

/** Errors at several widths or steps h, and the power of h that they fall with. */
export interface Order {
  label: string;
  h: number[];
  errors: number[];
  /** log |error| against log h. */
  fit: LineFit;
  /** Range that the order must lie in. */
  expected: Range;
}

/** @param fitted how many of the last, which are the finest, the line is fitted to; all by default. */
export function orderOf(label: string, h: number[], errors: number[], expected: Range, fitted = h.length): Order {
  const logs = (values: readonly number[]) => values.slice(-fitted).map((value) => Math.log2(Math.abs(value)));
  return { label, h, errors, fit: fitLine(logs(h), logs(errors)), expected };
}

/** @param what what the order is of. */
export function claimOrder(what: string, { label, fit, expected }: Order, digits = 2): Claim {
  return within(`${label}: ${what} at order ${fit.slope.toFixed(digits)}, 95% interval`, fit.interval, expected, digits);
}

/** The order between each h and the one before it. */
export function localOrders({ h, errors }: Pick<Order, "h" | "errors">): Cell[] {
  return errors.map((error, k) =>
    k === 0 ? "" : (Math.log(Math.abs(errors[k - 1] / error)) / Math.log(h[k - 1] / h[k])).toFixed(3),
  );
}

/** @param x what h is, @param y what falls. */
export function drawOrders(title: string, x: string, y: string, orders: readonly Order[], digits = 2): Figure {
  return {
    title,
    x: { title: x, log: true },
    y: { title: y, log: true },
    traces: orders.map(({ label, h, errors, fit }) => ({
      name: `${label}: ${fit.slope.toFixed(digits)}`,
      x: h,
      y: errors.map(Math.abs),
      mode: "lines+markers" as const,
    })),
  };
}
