/** Where two descriptions differ first: the path of a field, and what each holds there as JSON. null where they are the same. */
export function firstDifference(found: object, wanted: object): { field: string; found: string; wanted: string } | null {
  const [there, here] = [flatten(found), flatten(wanted)];
  const field = [...there.keys(), ...here.keys()].find((key) => there.get(key) !== here.get(key));
  if (field === undefined) return null;
  return { field, found: there.get(field) ?? "not given", wanted: here.get(field) ?? "not given" };
}

/** Each number and text by its path. */
function flatten(value: unknown, path: readonly string[] = [], out = new Map<string, string>()): Map<string, string> {
  if (typeof value !== "object" || value === null) out.set(path.join("."), JSON.stringify(value) ?? "not given");
  else for (const [key, entry] of Object.entries(value)) flatten(entry, [...path, key], out);
  return out;
}
