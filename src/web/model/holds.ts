// What holds alerts back, in words, and how a group of alerts stands. Pure.
import type { ApiAlertGroup, ApiHoldKind } from '../../contract/alert.ts';
import { type ShownState, states } from './states.ts';

type Hold = ApiAlertGroup['held'][number]['hold'];

const kinds: { readonly [K in ApiHoldKind]: { readonly state: ShownState; readonly words: string } } = {
  silence: { state: states.silenced, words: 'a silence' },
  window: { state: { word: 'In maintenance', tone: 'grey', glyph: 'none' }, words: 'a maintenance window' },
  inhibition: { state: { word: 'Inhibited', tone: 'grey', glyph: 'none' }, words: 'another alert that fires' },
  route: { state: states.silenced, words: 'its route' },
  wait: { state: states.waits, words: 'the wait for others' },
  pause: { state: states.waits, words: 'the pause before a page' },
  threshold: { state: states.waits, words: 'the threshold' },
  flapping: { state: { word: 'Flapping', tone: 'grey', glyph: 'none' }, words: 'flapping' },
};

/** What holds it, as a kind: `a silence`. */
export const holdKindWords = (by: ApiHoldKind): string => kinds[by].words;

/** The state of one held alert. */
export const holdState = ({ by }: Pick<Hold, 'by'>): ShownState => kinds[by].state;

/** What an alert waits for, in a sentence without its instant; `until` stands beside it. */
export function waitsForText({ by, name, owner, reason }: Hold): string {
  const whose = owner === null ? '' : ` of ${owner}`;
  const why = reason === null ? '' : `: ${reason}`;
  switch (by) {
    case 'silence':
      return `The silence ${name}${whose}${why}`;
    case 'window':
      return `The maintenance window ${name}${whose}${why}`;
    case 'inhibition':
      return `The inhibition ${name}: an alert that explains it fires${reason === null ? '' : ` (${reason})`}`;
    case 'route':
      return `The route ${name} tells nobody now${why}`;
    case 'wait':
      return `Others of the group ${name} may join it first`;
    case 'pause':
      return `It has to fire a little longer before anybody is called, as the group ${name} says`;
    case 'threshold':
      return `More alerts have to fire, as the group ${name} says`;
    case 'flapping':
      return `It came and went too often; the group ${name} tells it once it is calm`;
  }
}

/** How a group stands: what is held is said first. */
export function groupState({ held, incident }: Pick<ApiAlertGroup, 'held' | 'incident'>): ShownState {
  const [first] = held;
  if (first !== undefined) return holdState(first.hold);
  return incident === null
    ? { word: 'Quiet', tone: 'grey', glyph: 'none' }
    : { word: 'Told', tone: 'grey', glyph: 'done' };
}

/** How many notifications were told to nobody, over the life of the group. */
export const suppressedCount = ({ suppressed }: Pick<ApiAlertGroup, 'suppressed'>): number =>
  Object.values(suppressed).reduce((sum, count) => sum + count, 0);
