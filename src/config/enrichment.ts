// The `enrichment:` section: its shape, its map files, and what no shape can hold, such as a column that is nowhere. Enriches nothing.
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Enrichment } from '../actions/enrichment/enrichment.ts';
import { LookUpSetting } from '../actions/enrichment/look-up-setting.ts';
import { EnrichmentKey, setFault } from '../core/alert/enrich.ts';
import type { TimeIntervals } from '../core/alert/time-interval.ts';
import { AlertWhere } from '../core/alert/where.ts';
import type { Result } from '../core/result.ts';
import type { SecretRef } from '../spi/secret.ts';
import { type MapTable, readMap } from './read-map.ts';
import { concealed, withSecrets } from './secrets.ts';

const SetName = z
  .string()
  .regex(/^[A-Za-z_][\w.:/-]{0,199}$/, 'must be service, runbook, or the name of a label, such as owner or team')
  .refine((name) => name !== '__proto__', 'cannot be the name of a label');

const MapSetting = z.strictObject({
  /** Relative to the folder of the configuration file. */
  file: z.string().min(1),
  /** What holds the key in a CSV; without it the first column. */
  column: z.string().min(1).exactOptional(),
  key: EnrichmentKey,
});

/** One entry of `enrichment:` as it is written. */
export const EnrichmentSetting = z
  .strictObject({
    name: z.string().min(1).max(100),
    where: AlertWhere.exactOptional(),
    map: MapSetting.exactOptional(),
    lookup: LookUpSetting.extend({ key: EnrichmentKey }).exactOptional(),
    set: z
      .record(SetName, z.string().min(1))
      .refine((set) => Object.keys(set).length > 0, 'must set something, such as { owner: owner }'),
    overwrite: z.boolean().default(false),
  })
  .refine(({ map, lookup }) => (map === undefined) !== (lookup === undefined), 'must have either `map` or `lookup`');
/** It, parsed. */
export type EnrichmentSetting = z.output<typeof EnrichmentSetting>;

/** All time limits of look-ups together, in milliseconds: one alert may wait for each of them, and intake for the alert. */
const maxTogetherMs = 10_000;

type Path = readonly PropertyKey[];

/** What the section is read with. */
export type EnrichmentReader = {
  /** The configuration file. */
  readonly file: string;
  readonly intervals: TimeIntervals;
  readonly read: (path: string) => Result<string, string>;
  readonly fetch: (ref: SecretRef, path: Path) => string;
  readonly fault: (path: Path, message: string) => void;
  /** Notes a fault in another file, as one line with its place. */
  readonly faultElsewhere: (line: string) => void;
};

/** The rules that are right, with what they look into; what is wrong with the others is noted. */
export function readEnrichment(entries: readonly EnrichmentSetting[], reader: EnrichmentReader): readonly Enrichment[] {
  const { fault } = reader;
  const together = entries.reduce((sum, { lookup }) => sum + (lookup?.timeout ?? 0), 0);
  if (together > maxTogetherMs)
    fault(['enrichment'], 'the time limits of all look-ups are more than 10s together, for which an alert may wait');
  const tables = new Map<string, MapTable | null>();
  return entries.flatMap((entry, n) => {
    const path = ['enrichment', n];
    if (entries.findIndex(({ name }) => name === entry.name) < n)
      fault([...path, 'name'], `there is already one called ${entry.name}; give each a name of its own`);
    const during = entry.where?.during;
    if (during !== undefined && !Object.hasOwn(reader.intervals, during))
      fault([...path, 'where', 'during'], `there is no time interval ${during}; describe it under \`intervals:\``);
    return readEntry(entry, path, { reader, tables });
  });
}

function readEntry(
  { name, where, map, lookup, set, overwrite }: EnrichmentSetting,
  path: Path,
  { reader, tables }: { readonly reader: EnrichmentReader; readonly tables: Map<string, MapTable | null> },
): readonly Enrichment[] {
  const ruleBy = (key: string) => ({ name, ...(where && { where }), key, set, overwrite });
  const setFaults = (by: 'row' | 'answer', columns: readonly string[]) => {
    for (const [what, text] of Object.entries(set)) {
      const message = setFault(text, by, columns);
      if (message !== null) reader.fault([...path, 'set', what], message);
    }
  };
  if (lookup !== undefined) {
    setFaults('answer', []);
    const { key, ...written } = lookup;
    const setting = withSecrets(written, (ref, at) => reader.fetch(ref, [...path, 'lookup', ...at]));
    return [{ rule: ruleBy(key), from: { type: 'lookup', setting: concealed(setting as LookUpSetting) } }];
  }
  if (map === undefined) return [];
  const table = tableOf(map, [...path, 'map', 'file'], { reader, tables });
  if (table === null) return [];
  setFaults('row', table.columns);
  return [{ rule: ruleBy(map.key), from: { type: 'map', file: map.file, rows: table.rows } }];
}

/** A file is read once for each column that it is looked up by; null: it is wrong. */
function tableOf(
  { file, column }: Pick<NonNullable<EnrichmentSetting['map']>, 'file' | 'column'>,
  path: Path,
  { reader, tables }: { readonly reader: EnrichmentReader; readonly tables: Map<string, MapTable | null> },
): MapTable | null {
  const id = JSON.stringify([file, column ?? null]);
  const known = tables.get(id);
  if (known !== undefined) return known;
  const text = reader.read(resolve(dirname(reader.file), file));
  if (!text.ok) {
    reader.fault(path, text.error);
    tables.set(id, null);
    return null;
  }
  const table = readMap(text.value, file, column);
  if (!table.ok)
    for (const { line, col, message } of table.error) reader.faultElsewhere(`${file}:${line}:${col}  ${message}`);
  tables.set(id, table.ok ? table.value : null);
  return table.ok ? table.value : null;
}
