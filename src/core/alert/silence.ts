// Silences: matcher sets with an owner, a reason and an end, from the file or from people. Says which one holds; stores nothing.
import { z } from 'zod';
import { saysWhy } from '../says-why.ts';
import type { Alert } from './alert.ts';
import type { Suppression } from './suppression.ts';
import type { TimeIntervals } from './time-interval.ts';
import { AlertWhere, matchesNothing, matchWhere, whereOutcome } from './where.ts';

const Instant = z.iso
  .datetime({ offset: true, error: 'must be an instant such as 2026-03-01T02:00:00Z' })
  .transform((text) => new Date(text).toISOString());

/** A set that says nothing of the alert, or only what every alert lacks, would silence them all. */
const SilenceSet = AlertWhere.refine(
  (where) => !matchesNothing(where),
  'would silence every alert; name a label, a severity, a source, a service or an environment',
);

/** What a silence says, whoever made it. */
const told = {
  /** One set suffices; of a set all must hold. */
  sets: z.array(SilenceSet).min(1, 'must hold one condition at least').max(100),
  startsAt: Instant,
  endsAt: Instant,
  owner: z.string().min(1).max(200),
  reason: z.string().min(1).max(1000).refine(saysWhy, 'must say why'),
};

const endsLater = ({ startsAt, endsAt }: { startsAt: string; endsAt: string }) => startsAt < endsAt;
const order = { path: ['endsAt'], error: 'must be later than startsAt' };

/** One entry of `silences:` in firebreak.yaml. */
export const SilenceSetting = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _'),
    ...told,
  })
  .refine(endsLater, order);
export type SilenceSetting = z.output<typeof SilenceSetting>;

/** A silence. `endsAt` is not in it. */
export const Silence = z
  .strictObject({
    id: z.string().min(1).max(200),
    name: z.string().min(1).max(200).nullable().default(null),
    ...told,
    from: z.enum(['file', 'person']),
  })
  .refine(endsLater, order);
export type Silence = z.output<typeof Silence>;

/** Where a silence stands in its time. */
export type SilenceState = 'pending' | 'active' | 'expired';

/** The state of a silence at an instant. */
export function silenceState({ startsAt, endsAt }: Pick<Silence, 'startsAt' | 'endsAt'>, at: string): SilenceState {
  if (at >= endsAt) return 'expired';
  return at < startsAt ? 'pending' : 'active';
}

/** The silence of an entry of the file. */
export const silenceOf = ({ name, sets, startsAt, endsAt, owner, reason }: SilenceSetting): Silence => ({
  id: `file:${name}`,
  name,
  sets,
  startsAt,
  endsAt,
  owner,
  reason,
  from: 'file',
});

/** The silence that holds, with the reasons of the set that matched. */
export type SilencedBy = { readonly silence: Silence; readonly because: readonly string[] };

/** The silence that keeps an alert quiet at an instant; of several the one that ends last. Whether the alert fires or is resolved plays no part. */
export function silencedBy(
  alert: Alert,
  at: string,
  { silences, intervals }: { readonly silences: readonly Silence[]; readonly intervals: TimeIntervals },
): Suppression<SilencedBy> {
  const unclear: string[] = [];
  let found: { readonly silence: Silence; readonly where: AlertWhere } | null = null;
  for (const silence of silences) {
    if (silenceState(silence, at) !== 'active') continue;
    if (found !== null && found.silence.endsAt >= silence.endsAt) continue;
    for (const where of silence.sets) {
      const outcome = whereOutcome(where, alert, { at, intervals });
      if (outcome === 'unclear') {
        const { because } = matchWhere(where, alert, at, intervals);
        unclear.push(`the silence ${silence.name ?? silence.id} does not hold: ${because.join('; ')}`);
      }
      if (outcome !== 'matches') continue;
      found = { silence, where };
      break;
    }
  }
  if (found === null) return { by: null, unclear };
  const { because } = matchWhere(found.where, alert, at, intervals);
  return { by: { silence: found.silence, because }, unclear };
}

/** The silence in one sentence: until when, whose it is and why. */
export const silenceInWords = ({ id, name, startsAt, endsAt, owner, reason }: Silence): string =>
  `the silence ${name ?? id} of ${owner} holds from ${startsAt} until ${endsAt}: ${reason}`;
