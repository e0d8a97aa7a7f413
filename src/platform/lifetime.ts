// When a process of Firebreak ends: by a signal, with whatever started it, or because its state can no longer be trusted. It says so
// and leaves the ending to its caller; told twice, or too slow, it ends at once.
import { constants } from 'node:os';
import type { Log } from '../ports/runtime.ts';
import { guardProcess } from './guards.ts';

/** Why the process is to end, and the exit code that says it. */
export type End = { readonly reason: string; readonly exitCode: number };

const signals = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const;
/** Within this time a signal is the same one once more: a terminal and npm both pass on what a person pressed once. */
const echoMs = 300;
/** An orderly end that takes longer is none. */
const longestEndMs = 60_000;
const parentCheckMs = 500;

/**
 * Watches for the end from now on; `ended` says when and why. A signal during the start counts.
 * @param onHangup what SIGHUP means where no terminal can hang up; absent: it ends the process like the others
 * @param withParent it was started by a program that does not pass signals on reliably (npm, and the shell it puts between): it ends
 * with that program
 */
export function beginLifetime(
  log: Log,
  { withParent, onHangup }: { readonly withParent: boolean; readonly onHangup?: () => void },
): { readonly ended: Promise<End> } {
  const ended = new Promise<End>((resolve) => {
    let first: { readonly at: number; readonly reason: string } | null = null;
    const stop = (reason: string, exitCode: number) => {
      if (first !== null) return;
      first = { at: performance.now(), reason };
      log.info({ signal: reason }, 'stopping');
      setTimeout(() => {
        log.fatal({ afterMs: longestEndMs }, 'the orderly end takes too long: the process ends at once');
        process.exit(1);
      }, longestEndMs).unref();
      resolve({ reason, exitCode });
    };
    guardProcess(log, () => stop('uncaught exception', 1));
    for (const signal of signals)
      process.on(signal, () => {
        if (signal === 'SIGHUP' && onHangup && first === null) return onHangup();
        if (first === null) return stop(signal, 0);
        if (first.reason === signal && performance.now() - first.at < echoMs) return;
        log.warn({ signal }, 'told a second time to stop: the process ends at once');
        process.exit(128 + constants.signals[signal]);
      });
    if (withParent) watchParent(() => stop('the program that started it has ended', 0));
  });
  return { ended };
}

/** Calls `gone` once this process has another parent than at its start. */
function watchParent(gone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, parentCheckMs);
  timer.unref();
}
