// Finds known secrets in texts, in whatever form they stand there. One pass over a text says whether it may hold any; only then it is
// looked at closely. Pure.
import {
  type Counted,
  counted,
  countedText,
  formsOf,
  isAmbiguous,
  type Looseness,
  type Reading,
  type SecretForm,
} from './forms.ts';
import type { KnownSecret } from './known-secrets.ts';

/** One way in which a secret may stand in what counts of a text. */
type Pattern = {
  readonly secret: KnownSecret;
  readonly looseness: Looseness | 'literal';
  /** What counts of it. */
  readonly text: string;
  /** The forms that this may be, exactly. */
  readonly forms: readonly (SecretForm & { readonly lead: number })[];
};

/** A place where a secret stands. `form`: exactly so; null: altered, so that its text cannot be made again. */
export type Found = {
  readonly from: number;
  readonly to: number;
  readonly secret: KnownSecret;
  readonly form: string | null;
};

/** Fewer characters that count are no secret any more. */
const minCounted = 8;
const minTight = 6;
/** Characters that one step of the search looks at. */
const window = 6;
const mask = 0x3fffffff;
const filterBits = 0xffff;

/** Six steps of five bits fill the mask: the hash is that of the last six characters, and of nothing before. */
const rolled = (hash: number, code: number) => ((hash << 5) ^ (code & 63) ^ (code >> 6)) & mask;
const slotOf = (hash: number) => (hash ^ (hash >>> 13)) & filterBits;

/** The patterns of some secrets. */
export type Patterns = {
  /** Whether the texts, read one after the other, may hold a secret; false is certain. */
  readonly mayHold: () => (text: string) => boolean;
  /** Every place in these texts, which stand beside one another; a place may go from one into the next. */
  readonly find: (texts: readonly string[]) => readonly (readonly Found[])[];
};

function patternsOf(secret: KnownSecret): readonly Pattern[] {
  const found = new Map<string, Pattern>();
  for (const form of formsOf(secret.value))
    for (const reading of readingsOf(form.text)) {
      const [looseness, kept] = measure(form.text, reading);
      const lead = kept.at[0] ?? 0;
      const key = `${looseness} ${kept.text}`;
      const known = found.get(key);
      const forms = [...(known?.forms ?? []), { ...form, lead }];
      found.set(key, { secret, looseness, text: kept.text, forms });
    }
  return [...found.values()];
}

const readingsOf = (text: string): readonly Reading[] => (isAmbiguous(text) ? ['breaks', 'letters'] : ['breaks']);

function measure(form: string, reading: Reading): readonly [Pattern['looseness'], Counted] {
  const loose = countedText(form, 'loose', reading);
  if (loose.text.length >= minCounted) return ['loose', loose];
  const tight = countedText(form, 'tight', reading);
  if (tight.text.length >= minTight) return ['tight', tight];
  return ['literal', whole(form)];
}

/** Where the search stands between texts that stand beside one another, in each of the two readings. */
type Hashes = { readonly [R in Reading]: number };
const nothingRead: Hashes = { breaks: 0, letters: 0 };

/** Prepares the search for these secrets. */
export function patternsFor(secrets: readonly KnownSecret[]): Patterns {
  const all = secrets.flatMap(patternsOf);
  const byStart = new Map<number, Pattern[]>();
  const filter = new Uint8Array(filterBits + 1);
  const strict = all.filter(({ looseness }) => looseness !== 'loose');
  for (const pattern of all) {
    if (pattern.looseness !== 'loose') continue;
    let hash = 0;
    for (let i = 0; i < window; i++) hash = rolled(hash, pattern.text.charCodeAt(i));
    byStart.set(hash, [...(byStart.get(hash) ?? []), pattern]);
    filter[slotOf(hash)] = 1;
  }

  /** The patterns whose first characters stand in the texts; all that there are, if `first` is true once one is found. */
  function startsIn(
    text: string,
    reading: Reading,
    before: number,
    note: (patterns: readonly Pattern[]) => boolean,
  ): number {
    let hash = before;
    for (let i = 0; i < text.length; i++) {
      const code = counted(text, i, 'loose', reading);
      if (code < 0) i += 1;
      if (code <= 0) continue;
      hash = rolled(hash, code);
      if (filter[slotOf(hash)] === 0) continue;
      const begun = byStart.get(hash);
      if (begun && note(begun)) return -1;
    }
    return hash;
  }

  /** The same in both readings; null: `note` said that this is enough. */
  function starts(text: string, before: Hashes, note: (patterns: readonly Pattern[]) => boolean): Hashes | null {
    const breaks = startsIn(text, 'breaks', before.breaks, note);
    if (breaks < 0) return null;
    if (before.breaks === before.letters && !isAmbiguous(text)) return { breaks, letters: breaks };
    const letters = startsIn(text, 'letters', before.letters, note);
    return letters < 0 ? null : { breaks, letters };
  }

  const heldStrictly = (text: string, { looseness, text: wanted }: Pattern) =>
    looseness === 'literal'
      ? text.includes(wanted)
      : readingsOf(text).some((reading) => countedText(text, 'tight', reading).text.includes(wanted));

  return {
    mayHold() {
      let hashes = nothingRead;
      return (text) => {
        if (all.length === 0) return false;
        const next = starts(text, hashes, () => true);
        hashes = next ?? nothingRead;
        return next === null || strict.some((pattern) => heldStrictly(text, pattern));
      };
    },
    find(texts) {
      const begun = new Set<Pattern>();
      let hashes = nothingRead;
      const note = (patterns: readonly Pattern[]) => {
        for (const pattern of patterns) begun.add(pattern);
        return false;
      };
      for (const text of texts) hashes = starts(text, hashes, note) ?? nothingRead;
      const places = texts.map((): Found[] => []);
      const joined = joinedTexts(texts);
      for (const pattern of [...begun, ...strict])
        for (const counts of joined[pattern.looseness]()) findAll(pattern, texts, counts, places);
      return places.map(merged);
    },
  };
}

/** `ends`: how many characters of the whole the texts up to each one have. */
type Joined = { readonly text: string; readonly at: readonly Uint32Array[]; readonly ends: readonly number[] };

const whole = (text: string): Counted => ({ text, at: Uint32Array.from({ length: text.length }, (_, i) => i) });

/** What counts of the texts as one text, in each of the readings that differ; made when it is first asked for. */
function joinedTexts(texts: readonly string[]): { readonly [L in Pattern['looseness']]: () => readonly Joined[] } {
  const readings: readonly Reading[] = texts.some(isAmbiguous) ? ['breaks', 'letters'] : ['breaks'];
  const lazily = (join: () => readonly Joined[]) => {
    let made: readonly Joined[] | null = null;
    return () => {
      made ??= join();
      return made;
    };
  };
  const inEach = (looseness: Looseness) =>
    lazily(() => readings.map((reading) => joinAll(texts.map((text) => countedText(text, looseness, reading)))));
  return { loose: inEach('loose'), tight: inEach('tight'), literal: lazily(() => [joinAll(texts.map(whole))]) };
}

function joinAll(parts: readonly Counted[]): Joined {
  let end = 0;
  const ends = parts.map(({ text }) => {
    end += text.length;
    return end;
  });
  return { text: parts.map(({ text }) => text).join(''), at: parts.map(({ at }) => at), ends };
}

/** Which text a character of the whole is in, and where it stands there. */
function placeOf({ at, ends }: Joined, n: number): { readonly text: number; readonly offset: number } {
  const text = ends.length === 1 ? 0 : ends.findIndex((end) => n < end);
  return { text, offset: at[text]?.[n - (ends[text - 1] ?? 0)] ?? 0 };
}

function findAll(pattern: Pattern, texts: readonly string[], joined: Joined, places: Found[][]): void {
  const { text: wanted, secret, forms } = pattern;
  for (let n = joined.text.indexOf(wanted); n >= 0; n = joined.text.indexOf(wanted, n + wanted.length)) {
    const { text: first, offset: from } = placeOf(joined, n);
    const { text: last, offset: end } = placeOf(joined, n + wanted.length - 1);
    if (first !== last) {
      for (let one = first; one <= last; one++) {
        const to = one === last ? end + 1 : (texts[one]?.length ?? 0);
        places[one]?.push({ from: one === first ? from : 0, to, secret, form: null });
      }
      continue;
    }
    const text = texts[first] ?? '';
    const exact = forms.find(({ text: form, lead }) => from >= lead && text.startsWith(form, from - lead));
    places[first]?.push(
      exact
        ? { from: from - exact.lead, to: from - exact.lead + exact.text.length, secret, form: exact.id }
        : { from, to: end + 1, secret, form: null },
    );
  }
}

/** Places that do not overlap: of two that do, the longer that holds the other, or both as one that is altered. */
function merged(places: readonly Found[]): readonly Found[] {
  const kept: Found[] = [];
  const exactness = ({ form }: Found) => (form === null ? 1 : 0);
  const sorted = [...places].sort((a, b) => a.from - b.from || b.to - a.to || exactness(a) - exactness(b));
  for (const place of sorted) {
    const last = kept.at(-1);
    if (!last || place.from >= last.to) kept.push(place);
    else if (place.to > last.to) kept[kept.length - 1] = { ...last, to: place.to, form: null };
  }
  return kept;
}
