// One logger for everything, with what must not be logged taken out. One record, one line.
import { pino } from 'pino';
import type { Redactor } from './core/redact.ts';
import type { Log } from './ports.ts';
import { pretty } from './pretty.ts';

/** How to log. */
export type LogOptions = { readonly level: string; readonly format: 'json' | 'pretty'; readonly redact: Redactor };

/** Makes the logger; it writes to standard error, so that standard output holds only what a command prints. */
export function createLog({ level, format, redact }: LogOptions): Log {
  const options = {
    level,
    base: null,
    formatters: { log: (record: Record<string, unknown>) => clean(record, redact) },
    hooks: {
      logMethod(this: Log, args: Parameters<Log['info']>, method: Log['info']) {
        method.apply(
          this,
          args.map((item: unknown) => (typeof item === 'string' ? redact.text(item) : item)) as Parameters<Log['info']>,
        );
      },
    },
  };
  return format === 'pretty' ? pino(options, pretty()) : pino(options, pino.destination({ fd: 2, sync: true }));
}

function clean(record: Record<string, unknown>, redact: Redactor): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, cleanValue(value, redact)]));
}

function cleanValue(value: unknown, redact: Redactor): unknown {
  if (typeof value === 'string') return redact.text(value);
  if (value instanceof Error)
    return { type: value.name, message: redact.text(value.message), stack: redact.text(value.stack ?? '') };
  if (value === null || typeof value !== 'object') return value;
  return redact(JSON.parse(JSON.stringify(value) ?? 'null'));
}
