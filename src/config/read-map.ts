// The map files of an enrichment: CSV with a head, or YAML from key to row. Every fault has its line and column. Enriches nothing.
import type { MapRow } from '../actions/enrichment/enrichment.ts';
import { parseYaml } from '../core/playbook/parse-yaml.ts';
import { err, ok, type Result } from '../core/result.ts';

/** A map as it was read: its columns, and its rows by key. */
export type MapTable = { readonly columns: readonly string[]; readonly rows: ReadonlyMap<string, MapRow> };

/** A fault and where it is; lines and columns count from 1. */
export type MapFault = { readonly line: number; readonly col: number; readonly message: string };

const maxCharacters = 16_000_000;
const maxFaults = 20;

/** Reads the text of a map. `column`: what holds the key in a CSV; absent: the first. */
export function readMap(text: string, file: string, column?: string): Result<MapTable, readonly MapFault[]> {
  if (text.length > maxCharacters)
    return fail({ line: 1, col: 1, message: `is longer than ${maxCharacters} characters` });
  if (/\.csv$/i.test(file)) return readCsv(text, column);
  if (/\.ya?ml$/i.test(file)) return readYaml(text);
  return fail({ line: 1, col: 1, message: 'must be a .csv, .yaml or .yml file' });
}

const fail = (...faults: readonly MapFault[]): Result<never, readonly MapFault[]> => err(faults.slice(0, maxFaults));

type Cell = { readonly text: string; readonly line: number; readonly col: number };

function readCsv(text: string, column: string | undefined): Result<MapTable, readonly MapFault[]> {
  const records = recordsOf(text.replace(/^\uFEFF/, ''));
  if (!records.ok) return fail(records.error);
  const [head, ...lines] = records.value;
  if (head === undefined) return fail({ line: 1, col: 1, message: 'is empty; its first line names the columns' });
  const columns = head.map((cell) => cell.text.trim());
  const faults: MapFault[] = head.flatMap(({ line, col }, n) => {
    const name = columns[n] ?? '';
    if (name === '' || name === '__proto__') return [{ line, col, message: 'a column must have a name' }];
    return columns.indexOf(name) < n ? [{ line, col, message: `the column ${name} is there twice` }] : [];
  });
  const at = column === undefined ? 0 : columns.indexOf(column);
  if (at < 0)
    faults.push({ line: 1, col: 1, message: `there is no column ${column}; there are ${columns.join(', ')}` });
  if (faults.length > 0) return fail(...faults);
  const rows = new Map<string, MapRow>();
  const seen = new Map<string, number>();
  for (const cells of lines) {
    const [first] = cells;
    if (first === undefined) continue;
    const { line, col } = cells[at] ?? first;
    if (cells.length !== columns.length) {
      const message = `the line has ${cells.length} cells, and the head has ${columns.length}`;
      faults.push({ line: first.line, col: 1, message });
      continue;
    }
    const key = (cells[at]?.text ?? '').trim();
    const before = seen.get(key);
    if (key === '') faults.push({ line, col, message: 'the key is empty' });
    else if (before !== undefined) faults.push({ line, col, message: `the key ${key} is in line ${before} already` });
    seen.set(key, line);
    rows.set(key, Object.fromEntries(columns.map((name, n) => [name, (cells[n]?.text ?? '').trim()])));
  }
  return faults.length > 0 ? fail(...faults) : ok({ columns, rows });
}

/** The records of a CSV as RFC 4180 has it: cells in double quotes may hold commas, quotes that are doubled, and line ends. */
function recordsOf(text: string): Result<readonly (readonly Cell[])[], MapFault> {
  const records: Cell[][] = [];
  let record: Cell[] = [];
  let line = 1;
  let lineAt = 0;
  // A cell and what ends it. The quoted form first; `[^",\r\n]` keeps a stray quote out of a plain one.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  for (let at = 0; at <= text.length; ) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    const place = { line, col: at - lineAt + 1 };
    if (!found)
      return err({ ...place, message: 'a cell with a quote in it must be in quotes, with that quote doubled' });
    const [whole, quoted, plain = '', end = ''] = found;
    record.push({
      text: quoted === undefined ? plain : quoted.replaceAll('""', '"'),
      line: place.line,
      col: place.col,
    });
    at += whole.length;
    const breaks = [...whole.matchAll(/\r\n|\n|\r/g)];
    const last = breaks.at(-1);
    if (last) {
      line += breaks.length;
      lineAt = at - whole.length + last.index + last[0].length;
    }
    if (end === ',') continue;
    const [only] = record;
    if (record.length > 1 || (only && only.text.trim() !== '')) records.push(record);
    record = [];
    if (end === '') break;
  }
  return ok(records);
}

function readYaml(text: string): Result<MapTable, readonly MapFault[]> {
  const { source, faults: found } = parseYaml(text);
  if (!source) return fail(...found);
  const { data, placeOf } = source;
  if (!isMapping(data)) return fail({ line: 1, col: 1, message: 'must map each key to its columns' });
  const faults: MapFault[] = [];
  const columns = [...new Set(Object.values(data).flatMap((row) => (isMapping(row) ? Object.keys(row) : [])))];
  const rows = new Map<string, MapRow>();
  for (const [key, row] of Object.entries(data)) {
    if (!isMapping(row)) {
      faults.push({ ...placeOf([key]), message: `${key} must hold its columns, such as { owner: ana }` });
      continue;
    }
    for (const [name, value] of Object.entries(row))
      if (value !== null && typeof value === 'object')
        faults.push({ ...placeOf([key, name]), message: `${key}.${name} must be a text or a number` });
    const cell = (name: string) => String((Object.hasOwn(row, name) ? row[name] : null) ?? '');
    rows.set(key, Object.fromEntries(columns.map((name) => [name, cell(name)])));
  }
  return faults.length > 0 ? fail(...faults) : ok({ columns, rows });
}

const isMapping = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
