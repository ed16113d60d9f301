import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from "d3-scale";
import { endsOfAxis } from "./extents.ts";
import type { Axis, Trace } from "./figure.ts";

/** Scales of a figure that is drawn without a browser. */

export type Scale = ScaleContinuousNumeric<number, number>;

/** @param to pixels of the ends of the axis. */
export function scaleOf(name: "x" | "y", axis: Axis, traces: readonly Trace[], to: readonly [number, number]): Scale {
  return (axis.log === true ? scaleLog() : scaleLinear()).domain(endsOfAxis(name, axis, traces)).range(to);
}
