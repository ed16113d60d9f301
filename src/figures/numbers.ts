/**
 * The one format of numbers for people to read: tables of the command line, the report, the explorer and the notebooks.
 *
 *   whole numbers                as they are
 *   1e-4 <= |x| < 1e6            `digits` significant digits, no zeros at the end
 *   |x| < 1e-99                  0: no number here is known to so little
 *   all others                   an exponent, with four significant digits
 */
export function formatNumber(value: number, digits = 6): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e-99) return "0";
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(digits))) : value.toExponential(3);
}

/** Seconds up to 100, then minutes, then hours. */
export function formatDuration(seconds: number): string {
  if (seconds < 100) return `${seconds < 10 ? formatNumber(seconds, 2) : seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** The same where there is little room, as at the ticks of an axis: no zeros before the exponent and no plus in it, large whole numbers in powers of ten. */
export function formatShort(value: number, digits = 3): string {
  const whole = Number.isInteger(value) && Math.abs(value) >= 1e6;
  const text = whole ? value.toExponential(digits - 1) : formatNumber(Number(value.toPrecision(digits)), digits);
  return text.replace(/\.?0+e/, "e").replace("e+", "e");
}
