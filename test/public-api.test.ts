import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as api from "../src/index.ts";
import { problemJsonSchema } from "../src/problem/problem-file.ts";

test("the public API is these names; adding or removing one is a decision", () => {
  expect(Object.keys(api).sort()).toEqual([
    "FLUXES",
    "InputError",
    "IntegrationError",
    "LawViolationError",
    "SCHEMES",
    "SPLITTINGS",
    "StepSizeError",
    "centres",
    "coarsen",
    "compareParticles",
    "computeReference",
    "createConvolutionKernel",
    "createFeaturesKernel",
    "createGrid",
    "createGridPotential",
    "createJudge",
    "createPairwiseKernel",
    "createPointPotential",
    "createProblem",
    "createReaction",
    "createStream",
    "densityAtCentres",
    "densityOnLine",
    "edgeMass",
    "encodeCharacteristics",
    "encodeNpz",
    "encodeReference",
    "encodeSolution",
    "energyDistance",
    "energyDistanceOnLine",
    "evaluateAtCentres",
    "fitLine",
    "integrate",
    "iterateMeanFieldMap",
    "l1Distance",
    "largestOutflowRate",
    "marginalMasses",
    "mass",
    "measureEnergy",
    "mixtureOfPoints",
    "mixtureOnLine",
    "mmd",
    "parseProblemText",
    "pointsOnLine",
    "predictFluctuations",
    "problemJsonSchema",
    "readParticles",
    "readReference",
    "referenceDataOf",
    "refineMeans",
    "roughness",
    "sampleMoments",
    "simulate",
    "slicedWasserstein1",
    "solve",
    "solveCharacteristics",
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
