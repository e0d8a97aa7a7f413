// What a later version has done to the stored vocabulary that it may not. A stored event is read for ever, so whatever was valid once
// must stay valid: types, optional fields and enum values may be added, a field may become optional, and that is all.
import { type Field, lowerLimits, upperLimits, type Vocabulary } from './vocabulary.ts';

/** A sentence for each fault; empty: everything that was valid in `before` is valid in `now`. */
export function vocabularyFaults(before: Vocabulary, now: Vocabulary): readonly string[] {
  return Object.entries(before).flatMap(([type, fields]) => {
    const current = now[type];
    if (!current) return [`the type ${type} is gone; a stored type is never removed or renamed`];
    return [
      ...Object.entries(fields).flatMap(([path, field]) => fieldFaults(`${type}: ${path}`, field, current[path])),
      ...Object.entries(current)
        .filter(([path, field]) => field.required && !fields[path] && isOfOld(path, fields))
        .map(([path]) => `${type}: ${path} is new and required, but events are stored without it; make it optional`),
    ];
  });
}

/** Whether what a field is in was there before; what is new as a whole may have required fields. */
function isOfOld(path: string, before: Vocabulary[string]): boolean {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return parent === '' || before[parent] !== undefined;
}

function fieldFaults(place: string, before: Field, now: Field | undefined): readonly string[] {
  if (!now) return [`${place} is gone; a stored field is never removed or renamed`];
  const required = now.required && !before.required;
  return [
    ...(required ? [`${place} was optional and is required now, but events are stored without it`] : []),
    ...kindFaults(place, before, now),
    ...valueFaults(place, before, now),
    ...limitFaults(place, before, now),
  ];
}

function kindFaults(place: string, before: Field, now: Field): readonly string[] {
  const taken = (kind: string) =>
    [kind, 'json', ...(kind === 'integer' ? ['number'] : [])].some((one) => now.kinds.includes(one));
  const lost = before.kinds.filter((kind) => !taken(kind));
  return lost.map((kind) => `${place} may no longer be ${kind}, but is stored so (now: ${now.kinds.join(' or ')})`);
}

function valueFaults(place: string, before: Field, now: Field): readonly string[] {
  if (!now.values) return [];
  if (!before.values) return [`${place} could be anything and must be one of ${now.values.join(', ')} now`];
  const lost = before.values.filter((value) => !now.values?.includes(value));
  return lost.map((value) => `${place} may no longer be ${value}; a stored value is never removed or renamed`);
}

function limitFaults(place: string, before: Field, now: Field): readonly string[] {
  return Object.entries(now.limits ?? {})
    .filter(([name, limit]) => !isLooser(name, before.limits?.[name], limit))
    .map(([name, limit]) => {
      const was = before.limits?.[name];
      return `${place} has the limit ${name} ${limit} now (before: ${was ?? 'none'}), which stored events may not keep`;
    });
}

type Limit = NonNullable<Field['limits']>[string];

function isLooser(name: string, before: Limit | undefined, now: Limit): boolean {
  if (before === now) return true;
  if (typeof before !== 'number' || typeof now !== 'number') return false;
  if (lowerLimits.some((one) => one === name)) return now <= before;
  return upperLimits.some((one) => one === name) && now >= before;
}
