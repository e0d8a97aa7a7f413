// One scale for what senders call severe: their words, their P1 / SEV2 / S3 and their numbers. Knows no source.
import { z } from 'zod';

/** Severity words in descending order of urgency; every source's own word is mapped to one of them. */
export const Severity = z.enum(['critical', 'error', 'warning', 'info']);
export type Severity = z.infer<typeof Severity>;

/** The words of the scale, for the documentation. Words that stand for no urgency, such as `unknown`, are in none of them. */
export const severityWords: { readonly [S in Severity]: readonly string[] } = {
  critical: (
    'critical crit page paging urgent blocker fatal emergency emerg disaster catastrophic catastrophe panic alert severe outage highest ' +
    'showstopper red down'
  ).split(' '),
  error: 'error err high major serious important orange'.split(' '),
  warning: 'warning warn medium moderate average minor degraded yellow amber'.split(' '),
  info: 'info information informational informative low lowest trivial none notice debug trace verbose ok cosmetic green blue'.split(
    ' ',
  ),
};

const byWord = new Map(
  Severity.options.flatMap((severity) => severityWords[severity].map((word) => [word, severity] as const)),
);
const worstFirst = Severity.options;

/** P0 and P1 are the worst, as SEV0, SEV-1 and S1 are; from 4 on it is for information. */
const byRank: readonly Severity[] = ['critical', 'critical', 'error', 'warning', 'info'];
/** A bare number counts as Zabbix counts, and most others: 5 is the worst. */
const byNumber: readonly Severity[] = ['warning', 'info', 'warning', 'warning', 'error', 'critical'];

const rank = /(?<![a-z0-9])(?:p|s|sev|severity|prio|priority)[\s._:#-]*(\d)(?![0-9a-z])/;
const number = /^\s*(\d)(?:\.0+)?\s*$/;

/**
 * Maps a source's own severity word, in any case and with anything around it: `CRITICAL!`, `Sev-2`, `1 - Critical`, `P1 (high)`. A rank such as
 * P1 or SEV2 goes before words, words go before bare numbers, of several words the worst counts. What says nothing that is known is
 * `warning`, so that nothing is played down to silence.
 */
export function toSeverity(word: string | null | undefined): Severity {
  const text = (word ?? '').normalize('NFKC').toLowerCase();
  const place = rank.exec(text)?.[1];
  if (place !== undefined) return byRank[Math.min(Number(place), byRank.length - 1)] ?? 'warning';
  const words = text.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  if (words.some((part) => part === 'not' || part === 'non' || part === 'unknown')) return 'warning';
  const known = words.flatMap((part) => byWord.get(part) ?? []);
  const worst = worstFirst.find((severity) => known.includes(severity));
  if (worst) return worst;
  return byNumber[Number(number.exec(text)?.[1] ?? Number.NaN)] ?? 'warning';
}

/** Incident severity 1 (worst) to 4 for an alert severity. */
export function severityLevel(severity: Severity): 1 | 2 | 3 | 4 {
  return ({ critical: 1, error: 2, warning: 3, info: 4 } as const)[severity];
}
