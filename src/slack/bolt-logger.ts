// What Slack's libraries have to say, in our log. Their chatter is for debugging; they print nothing by themselves.
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../ports/runtime.ts';

/** A logger for Bolt and the Web API client. */
export function boltLogger(log: Log): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) =>
      log[level]({ from: 'slack' }, parts.map(String).join(' '));
  return {
    debug: () => undefined,
    info: write('debug'),
    warn: write('warn'),
    error: write('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
