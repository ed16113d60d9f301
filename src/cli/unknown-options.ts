/** Options that do not exist, and what to give instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  "--snapshots": 'the problem file says them: "time": { "end": 1, "snapshots": [0, 0.5, 1] }',
  "--times": 'the problem file says them: "time": { "end": 1, "snapshots": [0, 0.5, 1] }',
  "--time": "did you mean --end?",
  "--tau": "did you mean --temperature?",
  "--N": "did you mean --n?",
  "--particle-count": "did you mean --n?",
  "--step": "did you mean --dt, or --max-step of solve?",
  "--output": "did you mean --out?",
  "--threads": "did you mean --workers?",
  "--tol": "did you mean --tolerance?",
};

/** What commander says of an unknown option, with what to use instead. */
export function withInstead(text: string): string {
  const [, option = ""] = /unknown option '(--[\w-]+)/.exec(text) ?? [];
  const instead = INSTEAD[option];
  return instead === undefined || text.includes("Did you mean") ? text : `${text.trimEnd()}; ${instead}\n`;
}
