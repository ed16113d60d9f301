import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CODECS, writeParquet } from "./parquet-files.ts";
import { read, refused } from "./reading.ts";

describe("a table", () => {
  /** Rows of known particles, in a given order. */
  interface Row {
    replica: number;
    time: number;
    x: number;
    y: number;
  }
  const rows: Row[] = [4, 9].flatMap((replica) =>
    [0.5, 1].flatMap((time) => [0, 1, 2].map((i) => ({ replica, time, x: 100 * replica + 10 * time + i, y: 0.5 - i }))),
  );
  const csv = (table: readonly Row[], separator = ",") =>
    [["time", "y", "replica", "x"], ...table.map(({ replica, time, x, y }) => [time, y, replica, x])]
      .map((cells) => cells.join(separator))
      .join("\n");
  const parquet = (table: readonly Row[], codec?: (typeof CODECS)[number], rowGroupSize = 5) =>
    writeParquet(
      [
        { name: "x", data: table.map(({ x }) => x), type: "DOUBLE" },
        { name: "y", data: table.map(({ y }) => y), type: "FLOAT" },
        { name: "replica", data: table.map(({ replica }) => BigInt(replica)), type: "INT64" },
        { name: "time", data: table.map(({ time }) => time), type: "DOUBLE" },
        { name: "label", data: table.map(() => "a"), type: "STRING" },
      ],
      codec,
      { rowGroupSize },
    );
  const expected = { replicas: 2, times: [0.5, 1], n: 3, theta: Float64Array.from(rows.flatMap(({ x, y }) => [x, y])), dt: null };

  test("holds the same particles in whatever order its groups come", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), async (draws) => {
        // A merge of the four groups: each keeps its order, as particles of a group do.
        const groups = [0, 3, 6, 9].map((start) => rows.slice(start, start + 3));
        const mixed = draws.map((draw) => {
          const left = groups.filter((group) => group.length > 0);
          return left[draw % left.length].shift() as Row;
        });
        expect(await read(csv(mixed))).toMatchObject(expected);
        expect(await read(parquet(mixed))).toMatchObject(expected);
      }),
      { seed: 1, numRuns: 15 },
    );
  });

  test("of text may be separated by comma, semicolon or tab, end its lines either way and begin with a mark", async () => {
    for (const separator of [",", ";", "\t"]) {
      expect(await read(csv(rows, separator))).toMatchObject(expected);
      expect(await read(`\uFEFF${csv(rows, separator).replaceAll("\n", "\r\n")}\r\n`)).toMatchObject(expected);
    }
    expect(await read('"x","y"\n" 1e-3",+2\n', { referenceTimes: [3] })).toMatchObject({
      theta: Float64Array.of(1e-3, 2),
      times: [3],
    });
  });

  test.each(CODECS)("of Parquet is read in the codec %s, with a note of what was left aside", async (codec) => {
    const data = await read(parquet(rows, codec));
    expect(data).toMatchObject(expected);
    expect(data.notes).toEqual(["left aside: the columns label"]);
  });

  test("of Parquet may hold integers, decimals and optional columns without nulls", async () => {
    const table = writeParquet(
      [
        { name: "x", data: [1, -2] },
        { name: "y", data: [1.25, -0.5] },
      ],
      "SNAPPY",
      {
        schema: [
          { name: "root", num_children: 2 },
          { name: "x", type: "INT32", repetition_type: "OPTIONAL" },
          { name: "y", type: "INT32", converted_type: "DECIMAL", scale: 2, precision: 6, repetition_type: "REQUIRED" },
        ],
      },
    );
    expect((await read(table, { times: [1] })).theta).toEqual(Float64Array.of(1, 1.25, -2, -0.5));
  });

  test("without replicas is one, or split evenly in order; without times is of the only one", async () => {
    const plain = "pos,vel\n1,2\n3,4\n5,6\n7,8\n";
    const columns = { x: "pos", y: "vel" };
    const theta = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect(await read(plain, { columns, times: [1] })).toMatchObject({ replicas: 1, n: 4, times: [1], theta });
    expect(await read(plain, { columns, times: [1], replicas: 2 })).toMatchObject({ replicas: 2, n: 2, theta });
    expect(await refused(plain, { columns })).toMatch(/no column time, and the reference has 3 times.*--times 1/);
    expect(await refused(plain, { columns, times: [1], replicas: 3 })).toMatch(/--replicas = 3: 4 rows at t = 1 cannot be split/);
    const timed = "t,x,y\n1,5,6\n0.5,1,2\n1,7,8\n0.5,3,4\n";
    expect(await read(timed, { replicas: 2 })).toMatchObject({
      replicas: 2,
      times: [0.5, 1],
      n: 1,
      theta: Float64Array.of(1, 2, 5, 6, 3, 4, 7, 8),
    });
  });

  test("with a group of another size is refused, naming both", async () => {
    expect(await refused(csv(rows.slice(0, -1)))).toMatch(/replica 9 at t = 1 has 2 particles, replica 4 at t = 0.5 has 3/);
    expect(await refused(csv(rows.slice(0, 9)))).toMatch(/replica 9 at t = 1 has 0 particles, replica 4 at t = 0.5 has 3/);
    expect(await refused(csv(rows), { replicas: 3 })).toMatch(/--replicas = 3: .* has 2 in its column "replica"/);
  });

  test("with times outside the reference is refused, unless --times says what they are", async () => {
    const steps = csv(rows.map((row) => ({ ...row, time: 100 * row.time })));
    expect(await refused(steps)).toMatch(
      /time 50 is not in the reference: the particles have t = 50, 100, the reference t = 0, 0.5, 1/,
    );
    const data = await read(steps, { times: [0.5, 1] });
    expect(data).toMatchObject(expected);
    expect(data.notes.join()).toMatch(/--times in place of the times of the file \(50, 100\)/);
    expect(await refused(steps, { times: [0, 0.5, 1] })).toMatch(/3 times for 2 in the column "time" \(50, 100\)/);
  });

  test.each([
    ["x,y\n1,2\n3,a\n", /line 3, column "y": "a" is not a number/],
    ["x,y\n1,\n", /line 2, column "y": "" is not a number/],
    ["x,y\n1,0x10\n", /"0x10" is not a number/],
    ["x;y\n1,5;2\n", /"1,5" is not a number; write numbers with a decimal point/],
    ["x,y\n1,2\n3\n", /line 3 has 1 cells for 2 columns/],
    ["x,y\n1,2,3\n", /line 2 has 3 cells for 2 columns/],
    ["x,y\n1,2\n\n3,4\n", /line 3 is blank/],
    ["x,y\n1,nan\n-inf,2\n", /y is NaN in replica 0 of 1, snapshot 0 \(t = 1\), particle 0.*2 such numbers/],
    ["x,y\n", /has no rows/],
    ["1,2\n3,4\n", /has no header: its first line is 1, 2/],
    ["x,z\n1,2\n", /no column "y"; its columns are x, z; map each variable, e.g. --variables x=/],
    ["x,y,y\n1,2,3\n", /2 columns "y"/],
    ["x,y,time\n1,2,nan\n", /row 0 \(from 0\) of column "time" is NaN/],
    ["", /is empty/],
  ])("of text %j is refused", async (content, message) => {
    expect(await refused(content, { times: [1] })).toMatch(message);
  });

  test("of R's write.table may name its rows, and white space in quotes separates nothing", async () => {
    const lines = rows.map(({ replica, time, x, y }, i) => `"${i + 1}" "run ${replica}" ${time} ${x} ${y}`);
    const named = ['"replica" "time" "x" "y"', ...lines];
    const data = await read(named.join("\n"));
    expect(data).toMatchObject({ ...expected, notes: ["left aside: the columns (unnamed)"] });
    const bare = named.map((line, i) => (i === 0 ? line : line.replace(/^"\d+" /, "")));
    expect(await read(bare.join("\n"))).toMatchObject({ ...expected, notes: [] });
  });

  test("of Parquet is refused where a cell is null, a column is no number, or a piece is missing", async () => {
    const y = { name: "y", data: [1, 2] };
    const nulls = writeParquet([{ name: "x", data: [1, null], type: "DOUBLE", nullable: true }, y]);
    expect(await refused(nulls, { times: [1] })).toMatch(/row 1 \(from 0\) of column "x" is null/);
    for (const [data, type] of [[["a", "b"], "STRING"], [[true, false], "BOOLEAN"], [[new Date(0), new Date(1)], "TIMESTAMP"]] as const) {
      expect(await refused(writeParquet([{ name: "x", data: [...data], type }, y]), { times: [1] })).toMatch(/column "x" is of type/);
    } // biome-ignore format: a list of pairs
    const whole = parquet(rows);
    for (const length of [5, 20, whole.length >> 1, whole.length - 1]) {
      expect(await refused(whole.subarray(0, length))).toMatch(/cannot be read as a Parquet table/);
    }
  });
});
