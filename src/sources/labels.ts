// Labels out of whatever a sender calls so: an object, a list of tags, one text of tags. By one rule, and nothing is dropped in silence.
import { canonicalJson, cleanText, type Json } from '../core/json.ts';
import { parseLossless } from '../core/lossless-json.ts';

/** Labels, and what was left out or put together, in sentences. */
export type ReadLabels = { readonly labels: Record<string, string>; readonly remarks: readonly string[] };

/** Labels of one alert that are kept. */
export const maxLabels = 200;
const maxKey = 200;

/** Kept first where there are more than `maxLabels`: what alerts are found, routed and named by. */
const first = [
  'alertname',
  'severity',
  'service',
  'job',
  'instance',
  'host',
  'namespace',
  'cluster',
  'environment',
  'env',
];

/** Any JSON as text for a label: strings as they are, null as nothing, the rest as JSON; cut visibly at `max` characters. */
export function asText(value: Json | undefined, max = 4000): string {
  const text = cleanText(
    value === null || value === undefined ? '' : typeof value === 'string' ? value : canonicalJson(value),
  );
  return text.length <= max ? text : `${text.slice(0, max)}… [${text.length - max} characters cut]`;
}

/**
 * Reads labels. Of an object every member is one. A list holds tags: `a:b` and `a=b` are a label with a value, a word alone has the value `true`,
 * an object with `key`, `name` or `tag` and `value` is one too. A text is JSON of these, or tags between commas, or between spaces.
 * @param name what the sender calls them, for the remarks
 */
export function readLabels(value: Json | undefined, name = 'labels'): ReadLabels {
  if (value === null || value === undefined || value === '') return { labels: {}, remarks: [] };
  const entries = entriesOf(value);
  if (entries === null) {
    const kind = typeof value;
    return { labels: {}, remarks: [`${name}: a ${kind} is neither labels nor a list of tags: ${asText(value, 100)}`] };
  }
  return collect(entries, name);
}

type Entry = readonly [string, string];

function entriesOf(value: Json): Entry[] | null {
  if (typeof value === 'string') return entriesOfText(value);
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(entriesOfTag);
  if (value === null || typeof value !== 'object') return null;
  return Object.entries(value as { readonly [key: string]: Json }).map(([key, member]) => [key, asText(member)]);
}

function entriesOfText(text: string): Entry[] {
  if (/^\s*[[{]/.test(text)) {
    try {
      const json = parseLossless(text) as Json;
      if (typeof json === 'object') return entriesOf(json) ?? [];
    } catch {
      // It only looks like JSON: then it is tags.
    }
  }
  return text.split(text.includes(',') ? ',' : /\s+/).flatMap(entriesOfTag);
}

function entriesOfTag(tag: Json): Entry[] {
  if (tag === null || tag === '') return [];
  if (typeof tag === 'object' && !Array.isArray(tag)) {
    const { key, name, tag: word, value } = tag as { readonly [key: string]: Json | undefined };
    const named = key ?? name ?? word;
    if (named !== undefined && value !== undefined) return [[asText(named), asText(value)]];
    return entriesOf(tag) ?? [];
  }
  const text = asText(tag).trim();
  const at = text.search(/[:=]/);
  if (text === '') return [];
  return at > 0 ? [[text.slice(0, at).trim(), text.slice(at + 1).trim()]] : [[text, 'true']];
}

/** Entries as an object. A key that comes twice keeps both values, between commas. */
function collect(entries: readonly Entry[], name: string): ReadLabels {
  const all = new Map<string, string>();
  let cut = 0;
  for (const [key, text] of entries) {
    const short = asText(key, maxKey);
    if (short !== key && key.length > maxKey) cut += 1;
    const known = all.get(short);
    all.set(short, known === undefined || known === text ? text : asText(`${known},${text}`));
  }
  const rank = (key: string) => (first.includes(key) ? first.indexOf(key) : first.length);
  const keys = [...all.keys()];
  const kept = keys.length <= maxLabels ? keys : keys.toSorted((a, b) => rank(a) - rank(b)).slice(0, maxLabels);
  const left = keys.filter((key) => !kept.includes(key));
  const labels: Record<string, string> = {};
  for (const key of kept)
    Object.defineProperty(labels, key, { value: all.get(key), enumerable: true, configurable: true, writable: true });
  const remarks = [
    ...(left.length > 0
      ? [asText(`${name}: ${left.length} beyond the first ${maxLabels} are left out: ${left.join(', ')}`, 400)]
      : []),
    ...(cut > 0 ? [`${name}: ${cut} with a name of more than ${maxKey} characters, which is cut`] : []),
  ];
  return { labels, remarks };
}
