import { describe, expect, test } from "vitest";
import { growingColumn } from "../../src/files/text-column.ts";
import { bdpde } from "../cli/run.ts";
import { type Written, writeNpy, writeNpz } from "./npy-files.ts";
import { CODECS, writeParquet } from "./parquet-files.ts";
import { read, refused } from "./reading.ts";

/** Two replicas of two particles at two times: replica, time, x. */
const ROWS = [3, 5].flatMap((replica) =>
  [0.5, 1].flatMap((time) => [0, 1].map((i) => [replica, time, 10 * replica + time + i / 10])),
);
const THETA = Float64Array.from(ROWS, ([, , x]) => x);
const one = { variables: ["x"] };
const expected = { replicas: 2, times: [0.5, 1], n: 2, theta: THETA };
const table = (header: string, separator = ",") => [header, ...ROWS.map((row) => row.join(separator))].join("\n");

describe("the header of a table", () => {
  test.each([
    ["of numpy.savetxt", table("# replica,time,x")],
    ["of numpy.savetxt with its default separator", table("# replica time x", " ")],
    ["with commas over columns of white space", table("# replica,time,x", " ")],
    ["of white space", table("replica   time x", "  ")],
    ["with a # of its own", table("#replica;time;x", ";")],
    ["in other case", table("REPLICA,Time,X")],
    ["with spaces around its names", table("# replica , time , x")],
    ["after remarks", `# made by hand\n#\n# seed, 7\n# replica\ttime\tx\n${table("", "\t").slice(1)}`],
    ["without a # after remarks", `# made by hand\n${table("replica,time,x")}`],
    ["before a remark at the end", `${table("# replica time x", " ")}\n# the end\n`],
  ])("%s is read", async (_, content) => {
    expect(await read(content, one)).toMatchObject({ ...expected, notes: [] });
  });

  test("has its own lines counted where a row is refused", async () => {
    expect(await refused("# a remark\n# x y\n1 2\n3 a\n", { times: [1] })).toMatch(/line 4, column "y": "a" is not a number/);
    expect(await refused("# x y\n1 2\n\n3 4\n", { times: [1] })).toMatch(/line 3 is blank/);
    expect(await refused("x y\n1 2\n3\n", { times: [1] })).toMatch(/line 3 has 1 cells for 2 columns/);
    expect(await refused("# 1 2\n1 2\n", { times: [1] })).toMatch(/has no header/);
  });

  test("whose names differ by case alone is a question, unless the problem has both", async () => {
    expect(await refused("x,X\n1,2\n", { ...one, times: [1] })).toMatch(
      /"x" and "X" may each be the variable x; say which, e.g. --variables x=x/,
    );
    expect(await refused("X,ｘ,x ,X \n1,2,3,4\n", { ...one, times: [1] })).toMatch(/may each be the variable x|2 columns/);
    expect((await read("x,X\n1,2\n", { ...one, times: [1], columns: { x: "X" } })).theta).toEqual(Float64Array.of(2));
    expect((await read("X,x\n1,2\n", { variables: ["x", "X"], times: [1] })).theta).toEqual(Float64Array.of(2, 1));
    expect(await refused("x,time,Time\n1,1,1\n", one)).toMatch(
      /"time" and "Time" may each be the time; say which, e.g. --times time/,
    );
    expect(await refused("X\n1\n", { variables: ["x", "X"], times: [1] })).toMatch(/no column "x"/);
  });

  test("without a variable names none of the others in its remedy", async () => {
    expect(await refused("run,Time,theta1\n0,1,2\n", one)).toMatch(
      /no column "x"; its columns are run, Time, theta1; .*--variables x=COLUMN$/,
    );
  });
});

describe("a column that is left", () => {
  test("and repeats at every time may tell replicas apart", async () => {
    for (const [content, name] of [[table("run,Time,x"), "run"], [table("Chain,Time,x").replaceAll(/^([35])/gm, "c$1"), "Chain"]] as const) {
      expect(await refused(content, one)).toMatch(new RegExp(`the column "${name}" may tell the replicas apart .*; say --replicas ${name} if it does, --replicas with`));
      expect(await read(content, { ...one, replicas: name.toLowerCase() })).toMatchObject(expected);
      expect(await read(content, { ...one, replicas: 1 })).toMatchObject({ replicas: 1, n: 4, notes: [`left aside: the columns ${name}`] });
    } // biome-ignore format: two tables
  });

  test("in Parquet as well, be it of numbers or of texts", async () => {
    const labels = { numbers: ROWS.map(([replica]) => BigInt(replica)), texts: ROWS.map(([replica]) => `r${replica}`) };
    for (const [kind, data] of Object.entries(labels)) {
      const content = writeParquet(
        [
          { name: "run", data, type: kind === "texts" ? "STRING" : "INT64" },
          { name: "Time", data: ROWS.map(([, time]) => time), type: "FLOAT" },
          { name: "X", data: ROWS.map(([, , x]) => x), type: "DOUBLE" },
        ],
        CODECS[1],
      );
      expect(await refused(content, one)).toMatch(/the column "run" may tell the replicas apart/);
      expect(await read(content, { ...one, replicas: "run" })).toMatchObject(expected);
    }
  });

  test("and counts the particles, is a number of its own, or says one thing is no question", async () => {
    for (const content of [
      "particle,x\n0,1\n1,2\n0,3\n",
      "energy,x\n0.3,1\n0.1,2\n0.7,3\n",
      "alpha,x\n4,1\n4,2\n4,3\n",
      ",x\n0,1\n1,2\n2,3\n",
    ]) {
      if (content.startsWith("particle")) expect(await refused(content, { ...one, times: [1] })).toMatch(/"particle" may tell/);
      else expect((await read(content, { ...one, times: [1] })).notes.join()).toMatch(/left aside: the columns/);
    }
    expect((await read("particle,time,x\n0,1,1\n1,1,2\n0,0.5,3\n1,0.5,4\n", one)).notes).toEqual([
      "left aside: the columns particle",
    ]);
  });
});

describe("named arrays", () => {
  const array = (...shape: number[]): Written => ({
    descr: "<f8",
    shape,
    items: Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i),
  });
  const column = (at: 0 | 1 | 2): Written => ({ descr: "<f8", shape: [8], items: ROWS.map((row) => row[at]) });
  const text = (...items: string[]): Written => ({ descr: "<U4", shape: [items.length], items });

  test("are found whatever their case", async () => {
    const data = await read(
      writeNpz({ Theta: array(2, 2, 3, 1), TIME: { ...array(2), items: [0.5, 1] }, DT: array(), Scheme: text("mine") }).slice(),
      one,
    ).catch((error: Error) => error.message);
    expect(data).toMatch(/DT: not one positive number/);
    const names = {
      Theta: array(2, 2, 3, 2),
      Times: { ...array(2), items: [0.5, 1] },
      Variables: text("Y", "X"),
      Dt: { ...array(), items: [0.5] },
      Scheme: text("mine"),
    };
    const found = await read(writeNpz(names));
    expect(found).toMatchObject({
      replicas: 2,
      times: [0.5, 1],
      n: 3,
      dt: 0.5,
      scheme: "mine",
      notes: ["variables reordered to x, y"],
    });
    expect([...found.theta.slice(0, 4)]).toEqual([1, 0, 3, 2]);
    expect(await read(writeNpz({ X: array(2, 3, 4), Y: array(2, 3, 4) }))).toMatchObject({ replicas: 2, n: 4 });
    expect(await refused(writeNpz({ theta: array(2, 3, 4, 2), Theta: array(2, 3, 4, 2) }))).toMatch(
      /theta and Theta may each be theta/,
    );
    expect(await refused(writeNpz({ theta: array(2, 3, 4, 1), x: array(2, 3, 4) }), one)).toMatch(
      /which array holds the particles is not clear/,
    );
  });

  test("of one axis and one length are the columns of a table", async () => {
    const arrays = { replica: column(0), time: column(1), x: column(2) };
    expect(await read(writeNpz(arrays), one)).toMatchObject(expected);
    const { replica, ...others } = arrays;
    expect(await refused(writeNpz({ ...others, run: replica }), one)).toMatch(/the array "run" may tell the replicas apart/);
    expect(await read(writeNpz({ ...others, run: replica }), { ...one, replicas: "run" })).toMatchObject(expected);
    const labels = text(...ROWS.map(([r]) => `r${r}`));
    expect(await read(writeNpz({ theta: column(2), time: column(1), run: labels }), { ...one, replicas: "run" })).toMatchObject(
      expected,
    );
  });

  test("with labels for each particle are a question; with one for each replica they are none", async () => {
    const labels = { descr: "<i4", shape: [6], items: [0, 0, 1, 1, 2, 2] };
    expect(await refused(writeNpz({ theta: array(3, 6, 1), time: { ...array(3), items: [0, 0.5, 1] }, run: labels }), one)).toMatch(
      /the array "run" may tell the replicas apart/,
    );
    expect((await read(writeNpz({ theta: array(2, 3, 4, 2), replica: { ...array(2), items: [7, 9] } }))).notes.join()).toMatch(
      /^the file has no times/,
    );
    expect(await refused(writeNpz({ theta: array(2, 3, 4, 2), replica: array(3) }))).toMatch(
      /replica: shape \(3\), where there are 2 replicas/,
    );
  });
});

describe("the order of axes", () => {
  const shape = [4, 3, 2, 1];
  /** The place of replica r, snapshot s, particle i in an array of shape [particle, snapshot, replica, variable]. */
  const items = Array.from({ length: 24 }, (_, k) => 100 * (k % 2) + 10 * (Math.floor(k / 2) % 3) + Math.floor(k / 6));
  const turned = Float64Array.from({ length: 24 }, (_, k) => 100 * Math.floor(k / 12) + 10 * (Math.floor(k / 4) % 3) + (k % 4));

  test("is told by --axes, in either layout, without an axis too", async () => {
    for (const fortran of [false, true]) {
      const file = writeNpy({ descr: "<f8", shape, items, fortran });
      const data = await read(file, { ...one, axes: ["particle", "snapshot", "replica", "variable"] });
      expect(data).toMatchObject({ replicas: 2, times: [0, 0.5, 1], n: 4, theta: turned });
    }
    const flat = writeNpy({ descr: "<f8", shape: [4, 3, 2], items });
    expect((await read(flat, { ...one, axes: ["particle", "snapshot", "replica"] })).theta).toEqual(turned);
    expect(await read(flat, { variables: ["x", "y"], axes: ["particle", "snapshot", "variable"] })).toMatchObject({
      replicas: 1,
      n: 4,
    });
    expect(await refused(flat, { ...one, axes: ["particle", "snapshot"] })).toMatch(
      /--axes = "particle,snapshot": 2 axes for the shape \(4, 3, 2\)/,
    );
  });

  test("is asked where the lengths contradict it, with an order that fits", async () => {
    const times = { descr: "<f8", shape: [2], items: [0.5, 1] };
    expect(await refused(writeNpz({ theta: { descr: "<f8", shape, items }, time: times }), one)).toMatch(
      /shape \(4, 3, 2, 1\): 3 snapshots for 2 times \(0\.5, 1\); say how the axes stand: --axes replica,particle,snapshot,variable or --axes particle,replica,snapshot,variable$/,
    );
  });

  test("is read from the command line", async () => {
    for (const [axes, message] of [["replica,time", /not a list of axes; name each once: replica,snapshot,particle,variable/], ["particle,particle", /not a list of axes/]] as const) {
      expect((await bdpde("compare", "a.nc", "b.npz", "--axes", axes)).stderr).toMatch(message);
    } // biome-ignore format: two lists
  });
});

test("a column of labels holds a number as one label, however and wherever it is written", () => {
  const column = growingColumn("any");
  ["01", "2.0", "a", "1.0", " 02", "a "].forEach((cell, row) => void column.add(cell, row));
  const { values, texts } = column.finished(6);
  expect(texts).toEqual(["1", "2", "a"]);
  expect([...values]).toEqual([0, 1, 2, 0, 1, 2]);
});
