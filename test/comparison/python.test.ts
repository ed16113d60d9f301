import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeNpy } from "../../src/files/npy.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import { emptyFolder } from "../cli/run.ts";

/** Debian's Python, which has the libraries as packages. */
const PYTHON = "/usr/bin/python3";
const available = spawnSync(PYTHON, ["-c", "import numpy"]).status === 0;
if (!available) process.stderr.write("python3-numpy is not installed: its files are not read\n");

const SCRIPT = `
import json, sys, numpy
folder = sys.argv[1]
theta = numpy.random.default_rng(1).normal(size=(2, 3, 4, 2))
expected = {}
def save(name, a, write=numpy.save):
    expected[name] = numpy.asarray(a, dtype="f8").ravel().tolist()
    write(f"{folder}/{name}", a)
types = ["f2", "f4", "f8", "longdouble", ">f2", ">f4", ">f8", ">g", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i4", ">u8", "?"]
for t in types:
    a = (numpy.abs(100 * theta) if t.strip(">")[0] in "u" else 100 * theta).astype(t)
    save(f"{t.replace('>', 'big-').replace('?', 'bool')}.npy", a)
    save(f"{t.replace('>', 'big-').replace('?', 'bool')}-fortran.npy", numpy.asfortranarray(a))
save("view.npy", theta[:, ::2, 1:])
save("scalar.npy", numpy.float64(0.25))
save("empty.npy", numpy.zeros((0, 3)))
wide = numpy.longdouble(1) / 3 * numpy.array([1, -1, 1e-300, 1e300, 0], dtype="longdouble")
save("longdouble-rounded.npy", wide)
parts = dict(theta=numpy.asfortranarray(theta.astype(">f4")), time=[0, 0.5, 1], dt=0.01, variables=["y", "x"])
for name, write in [("plain.npz", numpy.savez), ("compressed.npz", numpy.savez_compressed)]:
    write(f"{folder}/{name}", **parts)
expected["npz"] = theta.astype("f4")[..., ::-1].astype("f8").ravel().tolist()
numpy.savetxt(f"{folder}/table.csv", theta[0, 0], delimiter=",", header="x,y", comments="")
expected["table.csv"] = theta[0, 0].ravel().tolist()
numpy.savetxt(f"{folder}/table.txt", theta[0, 0], header="x y")
numpy.savetxt(f"{folder}/commas.txt", theta[0, 0], header="x,y")
single = dict(theta=theta[:, :, :, :1].astype("f4"), time=numpy.array([0, 1 / 3, 1], dtype="f4"), log_weights=numpy.log(numpy.arange(1, 25).reshape(2, 3, 4)))
numpy.savez(f"{folder}/single.npz", **single)
numpy.savez(f"{folder}/objects.npz", theta=theta, extra=numpy.array([{}, None]))
try:
    import h5py
    for t in ["f2", "f4", ">f4", "f8", "longdouble", "i1", ">i4", "u8"]:
        a = (10 * numpy.abs(theta)).astype(t)
        with h5py.File(f"{folder}/{t.replace('>', 'big-')}.h5", "w") as file:
            file["theta"] = a
        expected[f"{t.replace('>', 'big-')}.h5"] = numpy.asarray(a, dtype="f8").ravel().tolist()
    with h5py.File(f"{folder}/packed.h5", "w") as file:
        file.create_dataset("theta", data=theta, compression="gzip", shuffle=True, chunks=(1, 1, 4, 2))
        file["time"] = [0, 0.5, 1]
    expected["packed.h5"] = theta.ravel().tolist()
except ImportError:
    pass
print(json.dumps(expected))`;

test.skipIf(!available)("the files of numpy hold for us the numbers that they hold for numpy", async () => {
  const folder = emptyFolder();
  const expected: Record<string, number[]> = JSON.parse(execFileSync(PYTHON, ["-c", SCRIPT, folder], { encoding: "utf8" }));
  const arrays = Object.keys(expected).filter((name) => name.endsWith(".npy"));
  expect(arrays.length).toBeGreaterThan(40);
  for (const name of arrays) {
    const read = decodeNpy(readFileSync(join(folder, name)), name);
    expect("data" in read && [...read.data], name).toEqual(expected[name]);
  }
  const options = { variables: ["x", "y"], referenceTimes: [0, 0.5, 1] };
  for (const name of ["plain.npz", "compressed.npz"]) {
    const data = await readParticles(join(folder, name), options);
    expect(data, name).toMatchObject({ replicas: 2, times: [0, 0.5, 1], n: 4, dt: 0.01 });
    expect([...data.theta], name).toEqual(expected.npz);
  }
  const table = await readParticles(join(folder, "table.csv"), { ...options, times: [1] });
  expect([...table.theta]).toEqual(expected["table.csv"]);
  for (const name of ["table.txt", "commas.txt"]) {
    expect([...(await readParticles(join(folder, name), { ...options, times: [1] })).theta], name).toEqual(expected["table.csv"]);
  }
  const thirds = { variables: ["x"], referenceTimes: [0, 1 / 3, 1] };
  const single = await readParticles(join(folder, "single.npz"), thirds);
  expect(single.times).toEqual(thirds.referenceTimes);
  single.weights?.forEach((w, i) => {
    expect(w).toBeCloseTo((i + 1) / (4 * (i - (i % 4)) + 10), 14);
  });
  expect(single.weights?.length).toBe(24);
  for (const name of Object.keys(expected).filter((name) => name.endsWith(".h5"))) {
    expect([...(await readParticles(join(folder, name), options)).theta], name).toEqual(expected[name]);
  }
  const beside = await readParticles(join(folder, "objects.npz"), options);
  expect(beside.notes.join()).toMatch(/left aside: the arrays extra/);
});
