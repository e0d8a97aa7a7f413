// The `integrations:` section: each entry is read by the source and the auth scheme that it names. Knows none of them by name.
import { z } from 'zod';
import { nearest } from '../core/playbook/suggest.ts';
import type { AuthScheme } from '../spi/auth-scheme.ts';
import type { SecretRef } from '../spi/secret.ts';
import type { Integration, IntegrationAuth, IntegrationLimit, Source } from '../spi/source.ts';
import { settingFaults } from './faults.ts';
import { concealed, withSecrets } from './secrets.ts';

type Path = readonly PropertyKey[];

/** What the section is read with. */
type IntegrationReader = {
  readonly sources: ReadonlyMap<string, Source>;
  readonly schemes: ReadonlyMap<string, AuthScheme>;
  /** Fetches a secret; what is wrong with it is noted under the path. */
  readonly fetch: (ref: SecretRef, path: Path) => string;
  /** Notes a fault under a path of the file. */
  readonly fault: (path: Path, message: string) => void;
};

/** An entry as it stands in the file. */
type IntegrationEntry = { readonly [key: string]: unknown };

/** The integrations that are right; what is wrong with the others is noted. */
export function readIntegrations(
  entries: { readonly [name: string]: IntegrationEntry },
  reader: IntegrationReader,
): readonly Integration[] {
  return Object.entries(entries).flatMap(([name, { source: id, auth, limit: written, environment: _, ...rest }]) => {
    const path = ['integrations', name];
    const source = named({ kind: 'source', id, known: reader.sources, path: [...path, 'source'], reader });
    if (source === null) return [];
    const settings = settingsOf({
      owner: source,
      kind: 'source',
      beside: ['source', 'auth', 'limit', 'environment'],
      data: rest,
      path,
      reader,
    });
    const limit = limitOf(written, [...path, 'limit'], reader);
    const proof = authOf({ source, auth, path: [...path, 'auth'], reader });
    return settings === null || proof === undefined || limit === undefined
      ? []
      : [concealed({ name, source: source.id, auth: proof, ...(limit && { limit }), settings: concealed(settings) })];
  });
}

const count = z
  .number({ error: 'must be a whole number' })
  .int('must be a whole number')
  .min(1, 'must be 1 at least')
  .max(1_000_000, 'must be 1000000 at most');
const LimitSetting = z.strictObject(
  { perMinute: count, burst: count.exactOptional() },
  { error: 'must be { perMinute: N, burst: M }' },
);

/** null: there is none; undefined: what is there is wrong. Without `burst` a minute's worth may come at once. */
function limitOf(written: unknown, path: Path, reader: IntegrationReader): IntegrationLimit | null | undefined {
  if (written === undefined) return null;
  const parsed = LimitSetting.safeParse(written);
  if (parsed.success) return { perMinute: parsed.data.perMinute, burst: parsed.data.burst ?? parsed.data.perMinute };
  const about = { what: 'limit', schema: LimitSetting };
  for (const { at, message } of settingFaults(parsed.error, about)) reader.fault([...path, ...at], message);
  return undefined;
}

/** null: the source needs none; undefined: what is there is wrong. */
function authOf({
  source,
  auth,
  path,
  reader,
}: {
  source: Source;
  auth: unknown;
  path: Path;
  reader: IntegrationReader;
}): IntegrationAuth | null | undefined {
  if (auth === undefined && source.verify !== null) return null;
  const allowed = new Map(
    [...reader.schemes].filter(([id]) => source.schemes === null || Object.hasOwn(source.schemes, id)),
  );
  if (!isEntry(auth)) {
    reader.fault(
      path,
      `must be { type: ... }: how the sender proves itself; there are ${[...allowed.keys()].join(', ')}`,
    );
    return undefined;
  }
  const { type, ...written } = auth;
  const at = [...path, 'type'];
  if (typeof type === 'string' && reader.schemes.has(type) && !allowed.has(type)) {
    reader.fault(at, `the source ${source.id} cannot do ${type}; it can do ${[...allowed.keys()].join(', ')}`);
    return undefined;
  }
  const scheme = named({ kind: 'auth scheme', id: type, known: allowed, path: at, reader });
  if (scheme === null) return undefined;
  const data = { ...source.schemes?.[scheme.id], ...written };
  const settings = settingsOf({ owner: scheme, kind: 'auth scheme', beside: ['type'], data, path, reader });
  return settings === null ? undefined : concealed({ scheme, settings });
}

const isEntry = (value: unknown): value is IntegrationEntry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function named<T>({
  kind,
  id,
  known,
  path,
  reader,
}: {
  kind: string;
  id: unknown;
  known: ReadonlyMap<string, T>;
  path: Path;
  reader: IntegrationReader;
}): T | null {
  const found = typeof id === 'string' ? known.get(id) : undefined;
  if (found !== undefined) return found;
  const names = [...known.keys()];
  const what =
    typeof id === 'string' ? `there is no ${kind} ${id.slice(0, 80)}${nearest(id, names)}` : `must name the ${kind}`;
  reader.fault(path, `${what}; there are ${names.join(', ')}`);
  return null;
}

/** Settings that their owner's schema passed, with their secrets; null: they are wrong. */
function settingsOf({
  owner,
  kind,
  beside,
  data,
  path,
  reader,
}: {
  owner: { readonly id: string; readonly settings: z.ZodObject };
  kind: string;
  /** Keys that stand beside its settings and are not its own. */
  beside: readonly string[];
  data: IntegrationEntry;
  path: Path;
  reader: IntegrationReader;
}): object | null {
  const parsed = owner.settings.safeParse(data);
  if (parsed.success) return withSecrets(parsed.data, (ref, at) => reader.fetch(ref, [...path, ...at])) as object;
  const about = { what: `the ${kind} ${owner.id}`, schema: owner.settings, beside };
  for (const { at, message } of settingFaults(parsed.error, about)) reader.fault([...path, ...at], message);
  return null;
}
