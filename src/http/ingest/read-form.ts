// Forms as JSON: those of a body, multipart ones, and the query of a GET. Bounded; checks no JSON and proves nothing.
import { canonicalJson, cleanText, plainObject } from '../../core/json.ts';

/** Fields of a form in the order in which they came; files are their text. */
export type Fields = readonly (readonly [string, string])[];

/** More fields than any sender has: each costs far more memory than it has bytes. */
const maxFields = 10_000;

/** Why a form says nothing that can be used. */
type Unfit = 'holds no JSON' | 'has too many fields' | 'is no form';

/** What a form says, as JSON text, or why nothing. */
export type ReadForm = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: Unfit };

/** What forms are made of: only the JSON that stands in one, or all their fields. */
type Forms = 'json' | 'fields';

const unfit = (why: Unfit): ReadForm => ({ ok: false, why });

/** JSON as such under the type of a form (curl -d), as the one thing in it, as its field `payload`, or its fields as an object. */
export function readForm(raw: Buffer, forms: Forms): ReadForm {
  const text = raw.toString('utf8').trimStart();
  if (/^[[{]/.test(text)) return { ok: true, text: raw.toString('utf8') };
  const fields = readFields(text);
  if (fields === null) return unfit('has too many fields');
  const [[only = ''] = []] = fields;
  if (fields.length === 1 && only !== 'payload' && /^\s*[[{]/.test(only))
    return { ok: true, text: text.includes('=') ? decodedForm(text) : only };
  return ofFields(fields, forms);
}

/** The fields of a form, or of a query; null if they are too many. */
export function readFields(text: string): Fields | null {
  // Counted before anything is built from them.
  let count = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) if (++count > maxFields) return null;
  return [...new URLSearchParams(text)];
}

/** Fields as JSON text: the JSON in `payload`, or in the only field there is; else an object of them. A name that comes twice has a list. */
export function ofFields(fields: Fields, forms: Forms): ReadForm {
  const payloads = fields.filter(([name]) => name === 'payload');
  const [[, payload = ''] = []] = payloads;
  if (payloads.length === 1 && (forms === 'json' || /^\s*[[{]/.test(payload))) return { ok: true, text: payload };
  const [[, only = ''] = []] = fields;
  if (fields.length === 1 && /^\s*[[{]/.test(only)) return { ok: true, text: only };
  if (forms === 'json') return unfit('holds no JSON');
  const all = new Map<string, string | string[]>();
  for (const [name, value] of fields) {
    const known = all.get(name);
    if (Array.isArray(known)) known.push(cleanText(value));
    else all.set(name, known === undefined ? cleanText(value) : [known, cleanText(value)]);
  }
  return { ok: true, text: canonicalJson(plainObject([...all])) };
}

/** The parts of a multipart body, as the platform's own parser reads it. */
export async function readMultipart(raw: Buffer, contentType: string, forms: Forms): Promise<ReadForm> {
  const boundary = /boundary\s*=\s*"?([^";,]{1,200})/i.exec(contentType)?.[1];
  if (boundary === undefined) return unfit('is no form');
  const mark = `--${boundary}`;
  let count = 0;
  for (let at = raw.indexOf(mark); at >= 0; at = raw.indexOf(mark, at + mark.length))
    if (++count > maxFields) return unfit('has too many fields');
  try {
    const parts = await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } }).formData();
    const fields: (readonly [string, string])[] = [];
    for (const [name, value] of parts) fields.push([name, typeof value === 'string' ? value : await value.text()]);
    return ofFields(fields, forms);
  } catch {
    return unfit('is no form');
  }
}

/** A form of one thing that has no name: a `=` in it is its own. */
function decodedForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' ')).replace(/=$/, '');
  } catch {
    return text;
  }
}
