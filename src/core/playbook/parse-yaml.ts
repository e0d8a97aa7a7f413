// YAML text to plain data with the place of every value. Refuses what a configuration file never needs: aliases in
// numbers, tags, duplicate keys, several documents, bottomless nesting.
import { isMap, isPair, isScalar, isSeq, Lexer, LineCounter, Parser, parseAllDocuments, visit } from 'yaml';

/** A fault and where it is. Lines and columns count from 1. */
export type YamlFault = { readonly line: number; readonly col: number; readonly message: string };

/** Data, and where each part of it stands. */
export type YamlSource = {
  readonly data: unknown;
  /** The place of a path; of a key that is not there: of what would hold it. */
  readonly placeOf: (path: readonly PropertyKey[]) => { readonly line: number; readonly col: number };
};

const maxBytes = 256 * 1024;
const maxAliases = 10;
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
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, strict: true, version: '1.2' });
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
  const faults: YamlFault[] = [...document.errors, ...document.warnings].map((problem) => ({
    ...place(problem.pos[0]),
    message: `${problem.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? problem.code}${quoted(problem.pos[0])}`,
  }));
  if (documents.length > 1)
    faults.push({
      ...place(documents[1]?.range[0] ?? 0),
      message: 'the file holds several documents; write one per file',
    });
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
    Node(_, node) {
      const { tag } = node;
      if (tag && !plainTags.has(tag) && !faults.some(({ message }) => message.endsWith(tag)))
        faults.push({ ...place(node.range?.[0] ?? 0), message: `the tag ${tag} is not allowed` });
    },
  });
  if (faults.length > 0) return { source: null, faults };
  const placeOf = (path: readonly PropertyKey[]) => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const key of path) {
      const pair = isMap(node)
        ? node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
        : undefined;
      const next: unknown = pair ? (pair.value ?? pair.key) : isSeq(node) ? node.items[Number(key)] : undefined;
      if (next === undefined) break;
      const at =
        pair && isScalar(pair.key) ? pair.key.range : (next as { range?: [number, number, number] | null }).range;
      offset = at?.[0] ?? offset;
      node = next;
    }
    return place(offset);
  };
  // The number of aliases is bounded above, so what they expand to is too.
  return { source: { data: document.toJS({ maxAliasCount: -1 }), placeOf }, faults: [] };
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
