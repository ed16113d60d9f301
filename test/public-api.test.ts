import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as api from "../src/index.ts";
import { problemJsonSchema } from "../src/problem-file/problem-file.ts";
import { dynamicsFor, problemOf } from "./fixtures.ts";

test("the public API is these names; adding or removing one is a decision", () => {
  expect(Object.keys(api).sort()).toEqual([
    "ACTIVATIONS",
    "FLUXES",
    "INPUT_DISTRIBUTIONS",
    "InputError",
    "IntegrationError",
    "InvariantError",
    "RULES",
    "SCHEMES",
    "SPLITTINGS",
    "StepSizeError",
    "centres",
    "coarsen",
    "columnsOf",
    "compareParticles",
    "computeReference",
    "countDirections",
    "countDistinctUnits",
    "createBatchGradient",
    "createConvolutionKernel",
    "createFeaturesKernel",
    "createFields",
    "createGrid",
    "createGridPotential",
    "createJudge",
    "createPairwiseKernel",
    "createPointPotential",
    "createProblem",
    "createProximalReaction",
    "createReaction",
    "createRidgeNetwork",
    "createSphereGradient",
    "createStepper",
    "createStream",
    "dataSource",
    "densityAtCentres",
    "densityOnLine",
    "drawNetwork",
    "edgeMass",
    "encodeCharacteristics",
    "encodeDensityNpz",
    "encodeNpz",
    "encodeReference",
    "encodeSolution",
    "encodeSpectral",
    "energyDistance",
    "energyDistanceOnLine",
    "evaluateAtCentres",
    "findUnresolvedInputs",
    "fitLine",
    "formatNumber",
    "formatTable",
    "integrate",
    "iterateMeanFieldMap",
    "l1Distance",
    "largestOutflowRate",
    "logarithmicSteps",
    "looksOf",
    "marginalMasses",
    "mass",
    "meanFieldUnits",
    "measureEnergy",
    "mixtureOfPoints",
    "mixtureOnLine",
    "mmd",
    "orderInTime",
    "parseProblemText",
    "planComparison",
    "pointsOnLine",
    "predictFluctuations",
    "problemJsonSchema",
    "readNetworkData",
    "readParticles",
    "readReference",
    "referenceDataOf",
    "refineMeans",
    "refineSteps",
    "roughness",
    "runStudentTeacher",
    "sampleMoments",
    "samplingDistanceQuantiles",
    "sensitivities",
    "seriesOf",
    "simulate",
    "slicedWasserstein1",
    "solve",
    "solveCharacteristics",
    "solveMoving",
    "solveMovingSteps",
    "solveProximal",
    "solveSpectral",
    "solveSteps",
    "sphereLoss",
    "teacherSource",
    "toPlotly",
    "toPlotlyRow",
    "train",
    "unitDistribution",
    "wasserstein1",
    "wasserstein1OnCircle",
    "wasserstein2",
    "wasserstein2OnCircle",
    "withCells",
  ]);
});

test("grids/problem.schema.json is what `npm run schema` writes from the code", () => {
  const published = JSON.parse(readFileSync(join(import.meta.dirname, "../grids/problem.schema.json"), "utf8"));
  expect(published).toEqual(JSON.parse(JSON.stringify(problemJsonSchema())));
});

test.each(Object.keys(api.SCHEMES) as api.SchemeName[])("%s can be stepped alone, and does what a replica does", async (scheme) => {
  const { SCHEMES, createStepper, createStream, simulate } = api;
  const [n, dt, seed] = [50, 0.1, 3];
  const problem = await problemOf({
    dynamics: dynamicsFor(SCHEMES[scheme].follows[0]),
    alpha: 3,
    time: { end: dt, snapshots: [0, dt] },
  });
  const { records } = await simulate(problem, { scheme, n, dt, seed, workers: 1, keepPositions: true });
  const stream = createStream(seed, 0);
  const points = [new Float64Array(n)];
  problem.initial.sample(points, n, stream);
  const start = points[0].slice();
  createStepper(SCHEMES[scheme], problem, n).step(points, 0, dt, stream);
  expect(points[0]).not.toEqual(start);
  expect([...start, ...points[0]]).toEqual([...records[0].positions!]);
});
