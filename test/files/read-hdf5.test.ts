import { describe, expect, test } from "vitest";
import { createHdf5 } from "../../src/files/hdf5.ts";
import { read, refused } from "./reading.ts";

const upTo = (length: number) => Float64Array.from({ length }, (_, i) => i);
const theta = { name: "theta", data: upTo(24), shape: [2, 3, 4, 1] };
const one = { variables: ["x"] };

describe("an HDF5 file", () => {
  test("holds the particles as an archive of arrays does: theta, time, weights, variables, dt, scheme", async () => {
    const bytes = await createHdf5((file) => {
      file.create_dataset({ name: "Theta", data: upTo(48), shape: [2, 3, 4, 2] });
      file.create_dataset({ name: "time", data: Float32Array.of(0, 0.5, 1) });
      file.create_dataset({ name: "log_weights", data: upTo(24).map((i) => Math.log((i % 4) + 1)), shape: [2, 3, 4] });
      file.create_dataset({ name: "variables", data: ["y", "x"] });
      file.create_attribute("dt", 0.5);
      file.create_attribute("scheme", "algorithm-1");
    });
    const data = await read(bytes);
    expect(data).toMatchObject({
      replicas: 2,
      times: [0, 0.5, 1],
      n: 4,
      dt: 0.5,
      scheme: "algorithm-1",
      theta: upTo(48).map((i) => i ^ 1),
    });
    data.weights?.forEach((w, i) => {
      expect(w).toBeCloseTo(((i % 4) + 1) / 10, 14);
    });
    expect(data.weights?.length).toBe(24);
  });

  test("may hold numbers of any type, and one dataset for each variable in a group", async () => {
    const types = { float32: Float32Array, int8: Int8Array, uint16: Uint16Array, int32: Int32Array, int64: BigInt64Array };
    for (const [type, TypedArray] of Object.entries(types)) {
      const bytes = await createHdf5((file) => {
        const group = file.create_group("run");
        const data =
          TypedArray === BigInt64Array
            ? BigInt64Array.from(upTo(24), BigInt)
            : (TypedArray as Float32ArrayConstructor).from(upTo(24));
        group.create_dataset({ name: "X", data, shape: [2, 3, 4] });
        group.create_dataset({ name: "Time", data: Float64Array.of(0, 0.5, 1) });
      });
      expect(await read(bytes, one), type).toMatchObject({ replicas: 2, times: [0, 0.5, 1], n: 4, theta: upTo(24) });
    }
  });

  test("tells its axes by the names of its dimensions", async () => {
    const named = (...dimensions: string[]) =>
      createHdf5((file) => {
        const lengths = [4, 3, 2];
        dimensions.forEach((name, a) => {
          file
            .create_dataset({ name, data: name === "time" ? Float64Array.of(0, 0.5, 1) : Int32Array.from(upTo(lengths[a])) })
            .make_scale(name);
        });
        const x = file.create_dataset({ name: "x", data: upTo(24), shape: lengths });
        dimensions.forEach((name, a) => {
          x.attach_scale(a, `/${name}`);
        });
      });
    const turned = Float64Array.from({ length: 24 }, (_, k) => 6 * (k % 4) + 2 * (Math.floor(k / 4) % 3) + Math.floor(k / 12));
    expect(await read(await named("particle", "time", "replica"), one)).toMatchObject({ replicas: 2, n: 4, theta: turned });
    expect(await refused(await named("particle", "time", "chain"), one)).toMatch(
      /its dimensions are particle, time, chain; say what they are, e\.g\. --axes/,
    );
    expect(await read(await named("particle", "time", "run"), one)).toMatchObject({ replicas: 2, n: 4, theta: turned });
    // Between the time and an axis of two lengths the names leave two readings: the usual order, replicas first, is none of them.
    expect(await refused(await named("time", "i", "j"), one)).toMatch(
      /are time, i, j; say what they are, e\.g\. --axes snapshot,replica,particle$/,
    );
    expect(await refused(await named("time", "particle", "j"), one)).toMatch(/e\.g\. --axes snapshot,particle,replica$/);
    const axes = ["particle", "snapshot", "replica"] as const;
    expect((await read(await named("particle", "time", "chain"), { ...one, axes })).theta).toEqual(turned);
  });

  test("is refused in one sentence where two groups have one, numbers are packed, or bytes are missing", async () => {
    const twice = await createHdf5((file) => {
      for (const group of ["a", "b"]) file.create_group(group).create_dataset(theta);
    });
    expect(await refused(twice, one)).toMatch(
      /which array holds the particles is not clear: it has a\/theta \(2, 3, 4, 1\), b\/theta/,
    );
    const packed = await createHdf5((file) => {
      file.create_dataset(theta).create_attribute("scale_factor", 0.01);
    });
    expect(await refused(packed, one)).toMatch(/theta: is packed \(scale_factor\)/);
    const text = await createHdf5((file) => {
      file.create_dataset({ name: "theta", data: ["a", "b"] });
    });
    expect(await refused(text, one)).toMatch(/theta: holds text/);
    const whole = await createHdf5((file) => {
      file.create_dataset(theta);
    });
    expect((await read(whole, one)).theta).toEqual(upTo(24));
    for (const part of [0.1, 0.5, 0.95]) {
      expect(await refused(whole.subarray(0, Math.floor(part * whole.length)), one)).toMatch(
        /cannot be read as HDF5; it may be truncated/,
      );
    }
  });
});
