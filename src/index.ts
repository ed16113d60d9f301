/**
 * birth-death-pde: the mean-field equation of neuron birth-death dynamics, its particles, and the statistics that judge one
 * against the other. See problem/problem.ts for the equation.
 */

export type { TracedDensity } from "./characteristics/density.ts";
export type { NodeSnapshot } from "./characteristics/node-snapshot.ts";
export type { Refinement } from "./characteristics/refinements.ts";
export {
  type CharacteristicsOptions,
  type CharacteristicsSolution,
  solveCharacteristics,
} from "./characteristics/solve.ts";
export { type ComparisonJudge, compareParticles, createJudge, type JudgeOptions } from "./comparison/compare.ts";
export type { CompareOptions, Power } from "./comparison/compare-options.ts";
export type { CompareVerdict, Comparison, DetectableError, LikelyCause, MeanComparison } from "./comparison/comparison.ts";
export type { DistanceTest, NullQuantiles } from "./comparison/distance-test.ts";
export type { Divergence, DivergenceOfCells, SquaredDiscrepancy } from "./comparison/divergences.ts";
export type { GapComparison } from "./comparison/gaps.ts";
export type { NoiseFit, NoiseReport } from "./comparison/noise-tests.ts";
export { type Plan, type PlannedMean, planComparison } from "./comparison/plan/plan.ts";
export type { Detect, PlanOptions } from "./comparison/plan/plan-options.ts";
export { type OverReplicas, type ReplicaDistance, replicaDistances } from "./comparison/replica-distances.ts";
export type { EffectiveSize, OutsideCount } from "./comparison/replica-means.ts";
export type { Term } from "./comparison/scheme-means.ts";
export type { StepBias } from "./comparison/step-bias.ts";
export type { Distribution } from "./distributions/distribution.ts";
export { InputError, InvariantError, StepSizeError } from "./errors.ts";
export { type Figure, looksOf, type Series, seriesOf, type Trace } from "./figures/figure.ts";
export { formatNumber } from "./figures/numbers.ts";
export { toPlotly, toPlotlyRow } from "./figures/plotly.ts";
export { renderPng } from "./figures/png.ts";
export { renderStillPage } from "./figures/still-page.ts";
export { type Captions, renderPicture } from "./figures/svg.ts";
export type { Picture } from "./figures/svg-figure.ts";
export { formatTable, type Table } from "./figures/table.ts";
export { encodeDensityNpz, encodeNpz, type KeptParticles } from "./files/npz.ts";
export type { ParticleData, ReadOptions } from "./files/particle-data.ts";
export { readParticles } from "./files/read-particles.ts";
export { type Flux, largestOutflowRate } from "./finite-volume/flux.ts";
export { type AnyFluxName, FLUXES, type FluxName } from "./finite-volume/fluxes.ts";
export {
  type MovingOptions,
  type MovingSnapshot,
  type MovingSolution,
  type MovingStep,
  solveMoving,
  solveMovingSteps,
} from "./finite-volume/moving/solve-moving.ts";
export {
  createProximalReaction,
  type ProximalReaction,
  type ProximalReport,
} from "./finite-volume/proximal.ts";
export { createReaction, type Reaction } from "./finite-volume/reaction.ts";
export { type Solution, type SolveOptions, type SolveStep, solve, solveSteps } from "./finite-volume/solve.ts";
export {
  type ProximalOptions,
  type ProximalSolution,
  type ProximalStep,
  solveProximal,
} from "./finite-volume/solve-proximal.ts";
export { orderInTime, SPLITTINGS, type SplittingName } from "./finite-volume/splittings.ts";
export { refineSteps, type StepError } from "./finite-volume/step-tolerance.ts";
export { findUnresolvedInputs, type UnresolvedInput } from "./finite-volume/unresolved-inputs.ts";
export { type BiasOptions, type RefinedMean, type RefinedSnapshot, refineMeans } from "./fluctuations/bias.ts";
export { type FluctuationOptions, type Fluctuations, predictFluctuations } from "./fluctuations/predict.ts";
export {
  type Derivative,
  type Sensitivity,
  type SensitivityOptions,
  type SensitivitySnapshot,
  sensitivities,
} from "./fluctuations/sensitivity.ts";
export { coarsen, edgeMass, integrate, l1Distance, marginalMasses, mass, roughness } from "./grid/density.ts";
export { createFields, type Fields } from "./grid/fields.ts";
export type { Gradation } from "./grid/graded-edges.ts";
export { type Axis, type AxisDefinition, centres, createGrid, evaluateAtCentres, type Grid, withCells } from "./grid/grid.ts";
export { iterateMeanFieldMap, type MapSnapshot } from "./mean-field-map/mean-field-map.ts";
export { wasserstein1OnCircle, wasserstein2OnCircle } from "./measures/circle.ts";
export { energyDistance, energyDistanceOnLine } from "./measures/energy-distance.ts";
export { densityOnLine, type LineMeasure, mixtureOnLine, pointsOnLine } from "./measures/line-measure.ts";
export { mmd } from "./measures/mmd.ts";
export { densityAtCentres, mixtureOfPoints, type PointMeasure } from "./measures/point-measure.ts";
export { samplingDistanceQuantiles } from "./measures/sampling-distance.ts";
export { slicedWasserstein1 } from "./measures/sliced-wasserstein.ts";
export { wasserstein1, wasserstein2 } from "./measures/wasserstein.ts";
export { ACTIVATIONS, type Activation, type ActivationName } from "./networks/activations.ts";
export {
  type BatchSource,
  dataSource,
  INPUT_DISTRIBUTIONS,
  type InputDistributionName,
  teacherSource,
} from "./networks/batches.ts";
export { countDirections, countDistinctUnits } from "./networks/distinct-units.ts";
export { createBatchGradient, type LossGradient } from "./networks/loss-gradient.ts";
export { meanFieldUnits } from "./networks/mean-field-units.ts";
export {
  createRidgeNetwork,
  drawNetwork,
  type RidgeNetwork,
  type UnitDistribution,
  unitDistribution,
} from "./networks/ridge-network.ts";
export { RULES, type RuleName } from "./networks/rules.ts";
export { createSphereGradient, sphereLoss } from "./networks/sphere-loss.ts";
export { runStudentTeacher, type StudentTeacher, type StudentTeacherRun } from "./networks/student-teacher.ts";
export { type BirthDeathOptions, logarithmicSteps, type TrainOptions, type TrainRecord, train } from "./networks/train.ts";
export type { BlockFunction } from "./numerics/block-function.ts";
export { IntegrationError } from "./numerics/dormand-prince.ts";
export { type SampleMoments, sampleMoments } from "./numerics/moments.ts";
export { createStream, type RandomStream } from "./numerics/random.ts";
export { fitLine, fitPowerLaw, type LineFit } from "./numerics/statistics.ts";
export type { ReplicaRecord } from "./particles/replica-record.ts";
export {
  type Ensemble,
  type EnsembleSnapshot,
  type QuantityStatistics,
  type SimulateOptions,
  simulate,
} from "./particles/simulate.ts";
export { comparisonFigures, testsFigure } from "./plots/comparison.ts";
export {
  type CurveLook,
  curve,
  histogram,
  level,
  logarithmic,
  type Measured,
  overTime,
  plot,
  points,
  powerLaw,
} from "./plots/curves.ts";
export { type DensitySnapshot, densityFigures } from "./plots/densities.ts";
export { densityOverTime } from "./plots/density-over-time.ts";
export { fluctuationFigures, type SimulatedVariances } from "./plots/fluctuations.ts";
export { observablesFigure } from "./plots/over-time.ts";
export { particleFigures } from "./plots/particles.ts";
export { densityOfParticles } from "./plots/particles-on-density.ts";
export { planFigures } from "./plots/plan.ts";
export { referenceFigures } from "./plots/reference.ts";
export { distanceFigure, energyFigure, identityFigure, solutionFigures } from "./plots/solution.ts";
export { columnsOf, type NetworkData } from "./potential/compile-network.ts";
export { createConvolutionKernel } from "./potential/convolution.ts";
export { type EnergyState, measureEnergy } from "./potential/energy.ts";
export { createFeaturesKernel } from "./potential/features.ts";
export { createPairwiseKernel } from "./potential/pairwise.ts";
export { createPointPotential } from "./potential/point-potential.ts";
export {
  createGridPotential,
  type GridPotential,
  type Kernel,
  type PointField,
  type PointInteraction,
  type PointPotential,
  type Potential,
} from "./potential/potential.ts";
export { createProblem, type Observable, type Problem, type ProblemOverrides } from "./problem/problem.ts";
export type { GridSnapshot, Snapshot } from "./problem/snapshot.ts";
export { type ProblemDefinition, type ProblemInput, parseProblemText, problemJsonSchema } from "./problem-file/problem-file.ts";
export { readNetworkData } from "./problem-file/read-network-data.ts";
export { encodeCharacteristics, encodeSolution, encodeSpectral } from "./reference/datasets.ts";
export { readReference } from "./reference/read-reference.ts";
export {
  computeReference,
  type Judge,
  type Reference,
  type ReferenceOptions,
  type ReferenceSnapshot,
  type StatedErrors,
} from "./reference/reference.ts";
export { type ReferenceData, referenceDataOf } from "./reference/reference-data.ts";
export { encodeReference } from "./reference/reference-dataset.ts";
export type { CovarianceParts } from "./schemes/covariance.ts";
export type { Growth } from "./schemes/growth.ts";
export type { ParticleScheme, ParticleStepper } from "./schemes/scheme.ts";
export { SCHEMES, type SchemeName } from "./schemes/schemes.ts";
export type { Selection } from "./schemes/selection.ts";
export { createStepper } from "./schemes/stepper.ts";
export type { SpectralRefinement } from "./spectral/refinements.ts";
export { type SpectralOptions, type SpectralSnapshot, type SpectralSolution, solveSpectral } from "./spectral/solve.ts";
