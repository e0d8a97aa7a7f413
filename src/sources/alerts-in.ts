// Alerts out of a text: the body of a source, or one alert in Firebreak's own form. For tests and simulations; accepts nothing.
import { Alert } from '../core/alert/alert.ts';
import { toJson } from '../core/json.ts';
import { parseLossless } from '../core/lossless-json.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Integration, Source, SourceContext } from '../spi/source.ts';
import { sources } from './registry.ts';

/**
 * The alerts of a text, or why it holds none.
 * @param sourceId whose body it is; null: that of the first that can read it
 * @param integrations those configured, for sources that have settings
 */
export function readAlerts(
  text: string,
  sourceId: string | null,
  integrations: readonly Integration[] = [],
): Result<readonly Alert[], string> {
  let body: unknown;
  try {
    body = parseLossless(text);
  } catch (error) {
    return err(`the alert is not JSON: ${(error as Error).message}`);
  }
  const own = Alert.safeParse(body);
  if (own.success) return ok([own.data]);
  const tried = sourceId === null ? [...sources.values()] : [sources.get(sourceId)].flatMap((source) => source ?? []);
  const delivery = {
    raw: Buffer.from(text),
    body: toJson(body),
    receivedAt: new Date().toISOString(),
    remarks: [],
  };
  for (const source of tried) {
    const context = integrations.find((candidate) => candidate.source === source.id) ?? plainContext(source);
    const parsed = context && source.parse({ ...delivery, headers: source.sample.headers }, context);
    if (parsed?.ok && parsed.value.alerts.length > 0) return ok(parsed.value.alerts);
  }
  return err(`the file is no alert of ${tried.map(({ id }) => id).join(' or ') || (sourceId ?? '')}`);
}

/** What a source is told where no integration of it is configured; null if it cannot do without settings. */
function plainContext({ id, settings }: Source): SourceContext | null {
  const plain = settings.safeParse({});
  return plain.success ? { name: id, settings: plain.data } : null;
}
