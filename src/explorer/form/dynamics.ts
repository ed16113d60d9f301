import { DYNAMICS, DYNAMICS_NAMES, type DynamicsName, USUAL_DYNAMICS } from "../../problem/dynamics.ts";
import { AS_JSON, choice, field, type Group, group, type Item, note, strangers } from "./controls.ts";
import { distributionItems, newProduct, PRIOR } from "./distributions.ts";
import { type Draft, exchange, getAt, type Path, recordOf, setProblem } from "./draft.ts";
import { NUMBER, OPTIONAL_NUMBER } from "./formats.ts";
import { HINTS } from "./hints.ts";
import { followScheme } from "./particles.ts";

const ALPHA: Path = ["alpha"];

/** alpha is `rate`, or `{ rate, until }`: the second once there is an until. */
export function rateGroup(draft: Draft): Group {
  const alpha = getAt(draft.problem, ALPHA);
  const switched = recordOf(alpha) !== null;
  const rate = field(draft, switched ? [...ALPHA, "rate"] : ALPHA, "rate α", "of birth and death", NUMBER, "expression");
  const until = field(draft, [...ALPHA, "until"], "until", "of birth and death", OPTIONAL_NUMBER, "number", (changed, text) =>
    setUntil(changed, OPTIONAL_NUMBER.read(text)),
  );
  const items: Item[] = rate.kind === "note" ? [rate] : [rate, until, ...strangers(draft, ALPHA, ["rate", "until"])];
  return group("Rate of birth and death", "section", items, HINTS.alpha);
}

function setUntil(draft: Draft, until: unknown): Draft {
  const alpha = getAt(draft.problem, ALPHA);
  const record = recordOf(alpha);
  if (record === null) return until === undefined ? draft : setProblem(draft, ALPHA, { rate: alpha ?? "", until });
  const others = Object.keys(record).some((name) => name !== "rate" && name !== "until");
  if (until !== undefined || others) return setProblem(draft, [...ALPHA, "until"], until);
  return setProblem(draft, ALPHA, getAt(alpha, ["rate"]) ?? "");
}

/** What a file writes as the dynamics: a name, or an object of this type. */
const typeOf = (name: DynamicsName) => DYNAMICS[name].object?.type ?? name;
const optionsOf = (values: readonly string[]) => [...new Set(values)].map((value) => ({ value, label: value }));
const TYPES = optionsOf(DYNAMICS_NAMES.map(typeOf));
const RULES = optionsOf(DYNAMICS_NAMES.flatMap((name) => DYNAMICS[name].object?.law ?? []));

/** A dynamics of a type as a file writes it, with a prior that suits the domain. */
function newDynamics(type: string, draft: Draft): unknown {
  const object = DYNAMICS_NAMES.map((name) => DYNAMICS[name].object).find((one) => one?.type === type);
  return object ? { ...object, prior: newProduct(draft) } : type;
}

const PATH: Path = ["dynamics"];

export function dynamicsGroup(draft: Draft): Group {
  const dynamics = getAt(draft.problem, PATH);
  const record = recordOf(dynamics);
  const named = record === null ? (dynamics ?? USUAL_DYNAMICS) : getAt(record, ["type"]);
  const chosen = typeof named === "string" ? named : "";
  const form = choice("dynamics", "dynamics", "of the equation", TYPES, chosen, (changed, to) =>
    followScheme(
      changed,
      exchange(changed, PATH, chosen, to, () => newDynamics(to, changed)),
    ),
  );
  if (record === null) {
    const odd = chosen === "" ? [note(null, `dynamics: ${AS_JSON}`)] : [];
    return group("Dynamics", "section", [form, ...odd], HINTS.dynamics);
  }
  const rule = getAt(record, ["law"]);
  return group(
    "Dynamics",
    "section",
    [
      form,
      choice("dynamics.law", "rule", "of reinjection", RULES, typeof rule === "string" ? rule : "", (changed, value) =>
        followScheme(changed, setProblem(changed, [...PATH, "law"], value)),
      ),
      group("Prior", "section", distributionItems(draft, PRIOR), HINTS.prior),
      ...strangers(draft, PATH, ["type", "law", "prior"]),
    ],
    HINTS.dynamics,
  );
}
