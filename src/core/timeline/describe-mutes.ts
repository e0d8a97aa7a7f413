// One plain sentence per event about silences and windows: what people are told at creation, start and end. Plain text.
import type { AlertWhere } from '../alert/where.ts';
import { assertNever } from '../result.ts';
import type { HoldingMute, MuteEvent } from '../system/mutes.ts';

const because = (reason: string | undefined) => (reason === undefined ? '' : `: ${reason}`);

/** A condition in one line. */
export const whereInWords = (where: AlertWhere): string =>
  Object.entries(where)
    .map(([name, value]) =>
      name === 'match' ? [value].flat().join(' and ') : `${name} ${[value].flat().join(' or ')}`,
    )
    .join(' and ') || 'every alert';

const nameOf = ({ id, from }: Pick<HoldingMute, 'id' | 'from'>) => (from === 'file' ? id.replace(/^file:/, '') : id);
const until = (endsAt: string | null) => (endsAt === null ? 'without an end' : `until ${endsAt}`);

/** What happened, in a sentence; `who`: the name of whoever did it. */
export function sentenceOfMutes({ type, data }: MuteEvent, who: string): string {
  switch (type) {
    case 'silence.created':
      return `${who} made the silence ${data.id} of ${data.owner} for ${data.sets.map(whereInWords).join(', or ')}, from ${data.startsAt} until ${data.endsAt}: ${data.reason}`;
    case 'silence.expired':
      return `${who} ended the silence ${data.id} before its time${because(data.reason)}`;
    case 'silence.started':
      return `The silence ${nameOf(data)} of ${data.owner} holds ${until(data.endsAt)}: ${data.reason}`;
    case 'silence.ended':
      return `The silence ${nameOf(data)} of ${data.owner} is over: ${data.reason}`;
    case 'window.created': {
      const { name, mode, owner, reason, where = {} } = data.window;
      return `${who} made the maintenance window ${name} (${mode}) of ${owner} for ${whereInWords(where)}, ${timesOf(data.window)}: ${reason}`;
    }
    case 'window.removed':
      return `${who} removed the maintenance window ${data.name}${because(data.reason)}`;
    case 'window.started':
      return `The maintenance window ${data.id} (${data.mode}) of ${data.owner} holds ${until(data.endsAt)}: ${data.reason}`;
    case 'window.ended':
      return `The maintenance window ${data.id} of ${data.owner} is over: ${data.reason}`;
    case 'silences.reviewed':
      return `${data.forgotten.length} silence(s) look forgotten: ${data.forgotten.map(({ id, why }) => `${id} (${why})`).join('; ')}`;
    default:
      return assertNever(type);
  }
}

function timesOf({
  startsAt,
  endsAt,
  during,
  until: last,
}: Extract<MuteEvent, { type: 'window.created' }>['data']['window']) {
  if (during === undefined) return `from ${startsAt} until ${endsAt}`;
  return `${typeof during === 'string' ? `in ${during}` : 'again and again'}, for the last time before ${last}`;
}
