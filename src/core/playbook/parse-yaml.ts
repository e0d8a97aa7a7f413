// YAML text to plain data with the place of every value. Refuses what a configuration file never needs: aliases in
// numbers, tags, duplicate keys, several documents, bottomless nesting; and what would not stay as it is written.
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  Parser,
  parseAllDocuments,
  type Scalar,
  type ScalarTag,
  type Tags,
  visit,
  type YAMLMap,
} from 'yaml';

/** A fault and where it is. Lines and columns count from 1. */
export type YamlFault = { readonly line: number; readonly col: number; readonly message: string };

/** Data, and where each part of it stands. */
export type YamlSource = {
  readonly data: unknown;
  /** The place of a path; of a key that is not there: of what would hold it. */
  readonly placeOf: (path: readonly PropertyKey[]) => { readonly line: number; readonly col: number };
  /** What stands at a path, where it is read as a number, as true or false or as nothing; null for everything else. */
  readonly writtenAt: (path: readonly PropertyKey[]) => string | null;
};

const maxBytes = 256 * 1024;
const maxAliases = 100;
/** All that aliases expand to, as the library counts it: anchors within anchors multiply. */
const maxExpanded = 500;
const maxNesting = 100;
const plainTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'seq', 'map'].map((tag) => `tag:yaml.org,2002:${tag}`),
);

/** Reads one YAML document. */
export function parseYaml(text: string): { readonly source: YamlSource | null; readonly faults: readonly YamlFault[] } {
  if (Buffer.byteLength(text) > maxBytes)
    return { source: null, faults: [{ line: 1, col: 1, message: `the file is larger than ${maxBytes / 1024} KiB` }] };
  const deep = tooDeep(text);
  if (deep) return { source: null, faults: [deep] };
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    version: '1.2',
    merge: true,
    customTags: plainNumbers,
  });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(line, 1), col: Math.max(col, 1) };
  };
  // Within { } or [ ] a text ends at these characters, which is the usual slip with expressions; the parser's words do not say so.
  const quoted = (offset: number) => {
    const { line } = place(offset);
    const written = text.split('\n')[line - 1]?.trim().slice(0, 160) ?? '';
    return /[{[].*["[\]{}]/.test(written) ? `; put texts that hold [ ] { } , or " into quotes: ${written}` : '';
  };
  const [document] = Array.isArray(documents) ? documents : [];
  if (!document) return { source: null, faults: [{ line: 1, col: 1, message: 'the file is empty' }] };
  const faults: YamlFault[] = oneALine(
    [...document.errors, ...document.warnings].map((problem) => {
      const at = place(problem.pos[0]);
      const message = `${problem.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? problem.code}${quoted(problem.pos[0])}`;
      return { ...at, message: unquoted(text, at.line) ?? message };
    }),
  );
  if (documents.length > 1)
    faults.push({
      ...place(documents[1]?.range[0] ?? 0),
      message: 'the file holds several documents; write one per file',
    });
  addNodeFaults(document, { place, faults });
  if (faults.length > 0) return { source: null, faults };
  const at = (path: readonly PropertyKey[]) => nodeAt(document, path);
  const placeOf = (path: readonly PropertyKey[]) => place(at(path).offset);
  const writtenAt = (path: readonly PropertyKey[]) => {
    const { node } = at(path);
    return isScalar(node) && typeof node.value !== 'string' ? (node.source ?? null) : null;
  };
  try {
    return { source: { data: document.toJS({ maxAliasCount: maxExpanded }), placeOf, writtenAt }, faults: [] };
  } catch {
    const message = 'the aliases expand to too much; write the values out';
    return { source: null, faults: [{ line: 1, col: 1, message }] };
  }
}

type Places = {
  readonly place: (offset: number) => { readonly line: number; readonly col: number };
  readonly faults: YamlFault[];
};

/** What single nodes have at fault: aliases, keys and values that would become something else, tags. */
function addNodeFaults(document: Document, { place, faults }: Places): void {
  let aliases = 0;
  visit(document, {
    Alias(_, node, path) {
      aliases += 1;
      const target = node.resolve(document);
      if (!target)
        faults.push({ ...place(node.range?.[0] ?? 0), message: `the alias *${node.source} has no anchor before it` });
      else if (path.includes(target))
        faults.push({ ...place(node.range?.[0] ?? 0), message: `the alias *${node.source} contains itself` });
      if (aliases === maxAliases + 1)
        faults.push({
          ...place(node.range?.[0] ?? 0),
          message: `more than ${maxAliases} aliases; write the values out`,
        });
    },
    Pair(_, { key }) {
      if (isScalar(key) && isChangedKey(key))
        faults.push({
          ...place(key.range?.[0] ?? 0),
          message: `the key ${key.source ?? ''} is read as another word; quote it`,
        });
    },
    Value(_, node) {
      const message = isScalar(node) && !isMerge(node) ? lossy(node) : null;
      if (message !== null) faults.push({ ...place(node.range?.[0] ?? 0), message });
      const { tag } = node;
      if (tag && !plainTags.has(tag) && !faults.some(({ message }) => message.endsWith(tag)))
        faults.push({ ...place(node.range?.[0] ?? 0), message: `the tag ${tag} is not allowed` });
    },
  });
}

const isWholeNumber = (tag: Tags[number]): tag is ScalarTag =>
  typeof tag === 'object' && tag.tag === 'tag:yaml.org,2002:int' && tag.collection === undefined && !('format' in tag);

/** `0123` is a text: YAML 1.1 reads it as 83, YAML 1.2 as 123, and whoever wrote it meant neither. */
const plainNumbers = (tags: Tags): Tags =>
  tags.map((tag) => (isWholeNumber(tag) ? { ...tag, test: /^[-+]?(?:0|[1-9][0-9]*)$/ } : tag));

const isMerge = ({ value }: Scalar): boolean => typeof value === 'symbol' || value === '<<';

/** Keys are texts: what YAML reads as anything else would become another text. */
const isChangedKey = (key: Scalar): boolean =>
  !isMerge(key) && typeof key.value !== 'string' && (key.value === null || String(key.value) !== key.source);

/** Why a number would not stay what it is; null if it does. */
function lossy({ value, source = '' }: Scalar): string | null {
  if (typeof value !== 'number') return null;
  if (!Number.isFinite(value)) return `${source} is no number that can be kept; quote it if it is a text`;
  const digits = source.replace(/[eE].*$/, '').replace(/^[-+0.]+|\./g, '').length;
  const isKept = Number.isInteger(value) ? Number.isSafeInteger(value) : digits <= 17;
  return isKept ? null : `the number ${source} cannot be kept exactly; quote it: "${source}"`;
}

/** What to do about a line with an expression outside quotes, where YAML could not make sense of it. */
function unquoted(text: string, line: number): string | null {
  const there = text.split('\n').slice(Math.max(0, line - 2), line);
  const bare = there.map((one) => one.replace(/"(?:\\.|[^"\\])*\$\{\{(?:\\.|[^"\\])*"|'[^']*\$\{\{[^']*'/g, ''));
  return bare.some((one) => one.includes('${{'))
    ? 'an expression with such characters must be quoted, because they mean something in YAML: "${{ ... }}"'
    : null;
}

/** One fault is enough for a line that YAML cannot make sense of. */
const oneALine = (faults: readonly YamlFault[]): YamlFault[] =>
  faults.filter(
    ({ line, message }, i) => !faults.slice(0, i).some((other) => other.message === message || other.line === line),
  );

/** The pair of a key in a map, or in the maps that are merged into it. */
function pairIn(document: Document, map: YAMLMap, key: PropertyKey): Pair | undefined {
  const pairs = map.items.filter((item) => isPair(item) && isScalar(item.key));
  const own = pairs.find((pair) => isScalar(pair.key) && pair.key.value === key);
  if (own) return own;
  const merged = pairs.flatMap((pair) => {
    if (!isScalar(pair.key) || !isMerge(pair.key)) return [];
    return isSeq(pair.value) ? pair.value.items : [pair.value];
  });
  for (const part of merged) {
    const target = isAlias(part) ? part.resolve(document) : part;
    const found = isMap(target) ? pairIn(document, target, key) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The node at a path, and where it or what would hold it stands. */
function nodeAt(document: Document, path: readonly PropertyKey[]): { readonly node: unknown; readonly offset: number } {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    const holder = isAlias(node) ? node.resolve(document) : node;
    const pair = isMap(holder) ? pairIn(document, holder, key) : undefined;
    const next: unknown = pair ? (pair.value ?? pair.key) : isSeq(holder) ? holder.items[Number(key)] : undefined;
    if (next === undefined) return { node: undefined, offset };
    const range =
      pair && isScalar(pair.key) ? pair.key.range : (next as { range?: [number, number, number] | null }).range;
    offset = range?.[0] ?? offset;
    node = next;
  }
  return { node, offset };
}

/** Composing is recursive; reading tokens is not, so that nesting is measured before anything recurses. */
function tooDeep(text: string): YamlFault | null {
  const parser = new Parser();
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    offset += '\u0002\u0018\u001f'.includes(lexeme) ? 0 : lexeme.length;
    if (parser.stack.length > 2 * maxNesting) {
      const before = text.slice(0, offset).split('\n');
      const message = `nested more than ${maxNesting} levels deep`;
      return { line: before.length, col: Math.max(1, before.at(-1)?.length ?? 1), message };
    }
  }
  return null;
}
