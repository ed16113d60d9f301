import { expect, test } from "vitest";
import { formatNumber, formatShort } from "../../src/figures/numbers.ts";
import { formatTable } from "../../src/figures/table.ts";

test("whole numbers are as they are, others have their digits without zeros at the end", () => {
  expect([0, -3, 1e6, 123456789].map((value) => formatNumber(value))).toEqual(["0", "-3", "1000000", "123456789"]);
  expect([0.25, 1 / 3, -12.3456789, 99999.96].map((value) => formatNumber(value))).toEqual([
    "0.25",
    "0.333333",
    "-12.3457",
    "100000",
  ]);
  expect(formatNumber(1 / 3, 3)).toBe("0.333");
});

test("very small and very large numbers have an exponent with four digits", () => {
  expect([1e-4, 0.99e-4, 1234567.8, -1.5e-9].map((value) => formatNumber(value))).toEqual([
    "0.0001",
    "9.900e-5",
    "1.235e+6",
    "-1.500e-9",
  ]);
});

test("what is no number is said to be none", () => {
  expect([NaN, Infinity, -Infinity].map((value) => formatNumber(value))).toEqual(["NaN", "Infinity", "-Infinity"]);
});

test("short numbers spare zeros and signs", () => {
  expect([0.05, 1234.5, 1e-7, 2.5e7, 0, 1e6, 10].map((value) => formatShort(value))).toEqual([
    "0.05",
    "1230",
    "1e-7",
    "2.5e7",
    "0",
    "1e6",
    "10",
  ]);
  expect(formatShort(0.123456789, 6)).toBe("0.123457");
});

test("a table has its columns aligned on the right, and says yes or no", () => {
  expect(
    formatTable(
      ["t", "mean", "resolved"],
      [
        [0, 1 / 3, true],
        [10, -2, false],
      ],
      3,
    ),
  ).toBe([" t   mean  resolved", " 0  0.333       yes", "10     -2        no"].join("\n"));
});
