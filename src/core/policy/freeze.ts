// Which freezes hold over something that is about to happen, until when, and what is said of it. Judged at the instant of the decision, which
// is the database's; a step that waited is judged anew, so that a clock that jumps over an edge lets nothing through by itself. Pure.
import { matches } from '../authority/scope.ts';
import type { Risk } from '../playbook/playbook.ts';
import { heldAt, heldNext } from './calendar.ts';
import type { Freeze, Rulebook } from './rulebook.ts';

/** What a freeze may hold: a run that is to start with its riskiest step, or one step. */
export type FreezeSubject = {
  readonly playbook: { readonly name: string; readonly labels?: { readonly [label: string]: string } };
  readonly environment: string | null;
  readonly risk: Risk;
  /** It undoes what already happened. */
  readonly undo: boolean;
};

/** A freeze that holds. `until`: null where no end is known. */
export type HeldFreeze = { readonly freeze: Freeze; readonly until: string | null };

const risks: readonly Risk[] = ['low', 'medium', 'high'];

/** The freezes that hold over a subject at an instant, as they are written. */
export function freezesOver(
  { freezes }: Pick<Rulebook, 'freezes'>,
  at: string,
  subject: FreezeSubject,
): readonly HeldFreeze[] {
  return freezes.flatMap((freeze) => {
    if (!concerns(freeze, subject)) return [];
    const held = heldAt(freeze, at);
    return held ? [{ freeze, until: held.endsAt }] : [];
  });
}

/** Whether a freeze is about a subject at all, whenever it holds. */
function concerns(freeze: Freeze, { playbook, environment, risk, undo }: FreezeSubject): boolean {
  if (undo && freeze.holdsUndo !== true) return false;
  if (risks.indexOf(risk) < risks.indexOf(freeze.risk)) return false;
  const fits = (wanted: readonly string[] | undefined, value: string | null | undefined) =>
    wanted === undefined || (typeof value === 'string' && wanted.some((pattern) => matches(pattern, value)));
  const { labels = {} } = playbook;
  return (
    fits(freeze.environments, environment) &&
    fits(freeze.playbooks, playbook.name) &&
    Object.entries(freeze.labels ?? {}).every(([label, wanted]) =>
      fits(wanted, Object.hasOwn(labels, label) ? labels[label] : null),
    )
  );
}

/** The names of all freezes that hold at an instant, whatever they are about. */
export const freezesAt = ({ freezes }: Pick<Rulebook, 'freezes'>, at: string): readonly string[] =>
  freezes.filter((freeze) => heldAt(freeze, at) !== null).map(({ name }) => name);

/** How a freeze stands at an instant: since when and until when it holds, or when it comes next. */
export function standingOf(freeze: Freeze, at: string) {
  const now = heldAt(freeze, at);
  const next = now ? null : heldNext(freeze, at);
  return { holds: now !== null, startsAt: (now ?? next)?.startsAt ?? null, endsAt: (now ?? next)?.endsAt ?? null };
}

/** What is said of a freeze that holds. */
export function heldInWords({ freeze, until }: HeldFreeze): string {
  const end = until === null ? 'without a known end' : `until ${until}`;
  return `the freeze ${freeze.name} holds ${end}: ${freeze.reason}`;
}

/** The same of each freeze in what a step waits with, by name and reason alone: whoever shows it says until when. */
export const frozenBy = (text: string): string =>
  text
    .replace(`; ${exceptionAdvice}`, '')
    .replace(/(^|; )the freeze (\S+) holds (?:until \S+Z|without a known end): /g, '$1$2: ');

/** What is done about it by those who must. */
export const exceptionAdvice =
  'in an emergency somebody with the right `bypass` makes an exception: firebreak freezes except RUN --reason ...';
