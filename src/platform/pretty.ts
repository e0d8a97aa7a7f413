// Log records for a person at a terminal. Never used for files or collectors.
import { prettyFactory } from 'pino-pretty';
import type { LogSink } from './log-sink.ts';

/** A sink that writes records readably into another, in colour if that is a terminal. */
export function pretty(sink: Pick<LogSink, 'write'>, colorize = process.stderr.isTTY === true): Pick<LogSink, 'write'> {
  const format = prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' });
  return { write: (line) => sink.write(format(line) ?? '') };
}
