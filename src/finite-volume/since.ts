import { EDGE_MASS_LIMIT } from "../grid/density.ts";

/** The first times at which a run was seen to be less than it should; null for never. */
export interface Since {
  /** First time seen with more than 1e-6 of the mass at a no-flux edge. */
  edgeMassSince: number | null;
  /** First time seen with peaks too sharp for the cells. */
  unresolvedSince: number | null;
  /** First time, a snapshot or the end, at which the loss of energy differs from the identity (16) by more than a tenth of it. */
  defectSince: number | null;
}

export interface SinceClocks {
  /** `defectBegan`: when the defect of the last step began. */
  carried: Since & { defectBegan: number | null };
  note(time: number, edgeMass: number, resolved: boolean): void;
  /** After each step. A defect that passes between two stops is in no number that is printed. @param isStop a snapshot, or the end. */
  noteDefect(time: number, isDefective: boolean, isStop: boolean): void;
  found(): Since;
}

export function createSinceClocks(): SinceClocks {
  const carried: SinceClocks["carried"] = { edgeMassSince: null, unresolvedSince: null, defectSince: null, defectBegan: null };
  return {
    carried,
    note(time, edgeMass, resolved) {
      if (edgeMass > EDGE_MASS_LIMIT) carried.edgeMassSince ??= time;
      if (!resolved) carried.unresolvedSince ??= time;
    },
    noteDefect(time, isDefective, isStop) {
      carried.defectBegan = isDefective ? (carried.defectBegan ?? time) : null;
      if (isStop) carried.defectSince ??= carried.defectBegan;
    },
    found() {
      const { defectBegan: _, ...since } = carried;
      return since;
    },
  };
}
