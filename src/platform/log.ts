// One logger for everything, with what must not be logged taken out. One record, one line.
import { pino } from 'pino';
import type { Redactor } from '../core/redact.ts';
import type { Log } from '../ports/runtime.ts';
import { createLogSink, type LogSink } from './log-sink.ts';
import { pretty } from './pretty.ts';

/** How to log. */
export type LogOptions = { readonly level: string; readonly format: 'json' | 'pretty'; readonly redact: Redactor };

/** Makes the logger. By default it writes to standard error, so that standard output holds only what a command prints. */
export function createLog({ level, format, redact }: LogOptions, sink: Pick<LogSink, 'write'> = createLogSink(2)): Log {
  const shown = format === 'pretty' ? visible : (value: string) => value;
  const text: Text = (value) => shown(redact.text(value));
  const stack: Text = (value) => redact.text(value).split('\n').map(shown).join('\n');
  const options = {
    level,
    base: null,
    formatters: {
      log: (record: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries(record).map(([key, value]) => [
            key,
            secretName.test(key) ? '[redacted]' : clean(value, { text, stack, json: redact }),
          ]),
        ),
    },
    hooks: {
      logMethod(this: Log, args: Parameters<Log['info']>, method: Log['info']) {
        const cleaned = args.map((item: unknown) => (typeof item === 'string' ? text(item) : item));
        method.apply(this, cleaned as Parameters<Log['info']>);
      },
    },
  };
  return pino(options, format === 'pretty' ? pretty(sink) : sink);
}

type Text = (value: string) => string;

/** Members whose value is a secret by their name. */
const secretName = /^(?:authorization|cookie|.*(?:password|passwd|secret|token|api[_-]?key))$/i;

/** Shows control characters instead of letting a terminal obey them. JSON escapes them by itself. */
const visible = (text: string) =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A copy with nothing secret in it; whatever it is given, it does not throw. */
function clean(value: unknown, by: { readonly text: Text; readonly stack: Text; readonly json: Redactor }): unknown {
  if (typeof value === 'string') return by.text(value);
  if (value instanceof Error) {
    const { name, message, stack = '', cause } = value;
    return {
      type: name,
      message: by.text(message),
      stack: by.stack(stack),
      ...('code' in value ? { code: by.text(String(value.code)) } : {}),
      ...(cause === undefined || cause === value ? {} : { cause: clean(cause, by) }),
    };
  }
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? String(value) : value;
  try {
    return by.json(
      JSON.parse(
        JSON.stringify(value, (key, member: unknown) => (secretName.test(key) ? '[redacted]' : member)) ?? 'null',
      ),
    );
  } catch {
    return '[cannot be logged]';
  }
}
