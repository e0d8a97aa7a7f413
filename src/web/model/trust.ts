// How far playbooks are trusted, in words, and what can be ordered about it. Pure.
import type { ApiTrust } from '../../contract/trust.ts';
import { type ShownState, states } from './states.ts';
import { durationText } from './time.ts';

/** How one stands. That trust was lost by itself is said apart from what people chose. */
export const trustState = ({ level, because }: Pick<ApiTrust, 'level' | 'because'>): ShownState =>
  level === 'trusted' ? states.trusted : because === null ? states.asksFirst : states.trustLost;

/** An order about trust, as the route is called. */
export type TrustOrder = 'raise' | 'lower' | 'review';

/** An order in words. */
export type TrustOrderWords = {
  readonly label: string;
  readonly question: string;
  readonly effect: string;
  readonly given: string;
};

/** The words of an order about a playbook. */
export function trustOrderWords(order: TrustOrder, playbook: string): TrustOrderWords {
  switch (order) {
    case 'raise':
      return {
        label: 'Raise',
        question: `Let ${playbook} act by itself again?`,
        effect:
          'Alerts and schedules start it without asking anybody. Its own approvals, and those that policies demand, are still asked.',
        given: `${playbook} is trusted`,
      };
    case 'lower':
      return {
        label: 'Ask first',
        question: `Ask people before ${playbook} runs?`,
        effect:
          'When an alert or a schedule would start it, people are asked first. What runs already goes on, and people start it by hand as before.',
        given: `${playbook} asks first from now on`,
      };
    case 'review':
      return {
        label: 'Reviewed',
        question: `Have you reviewed ${playbook}?`,
        effect: 'Records that you looked at it and found it right. This alone does not raise its trust.',
        given: `${playbook} is reviewed`,
      };
  }
}

/** What can be ordered of one, the likeliest first. */
export const trustOrders = ({ level }: Pick<ApiTrust, 'level'>): readonly TrustOrder[] =>
  level === 'trusted' ? ['lower', 'review'] : ['raise', 'review'];

const causes: { readonly [C in ApiTrust['settings']['lowerOn'][number]]: string } = {
  budget: 'its error budget is used up',
  drill: 'a drill fails',
};

/** What takes its trust away: `its error budget is used up, or no review in 90 d`. */
export function lostWhen({
  settings: { lowerOn, undoProvenWithinMs, reviewEveryMs },
}: Pick<ApiTrust, 'settings'>): string {
  const all = [
    ...lowerOn.map((cause) => causes[cause]),
    ...(undoProvenWithinMs === null ? [] : [`undoing is not proven for ${durationText(undoProvenWithinMs)}`]),
    ...(reviewEveryMs === null ? [] : [`nobody reviews it for ${durationText(reviewEveryMs)}`]),
  ];
  return all.length === 0 ? 'only by people' : `when ${all.join(', or ')}`;
}

const urgency: readonly ShownState[] = [states.trustLost, states.asksFirst, states.trusted];

/** Those that lost trust first, then those that ask, then by name. */
export const inOrderOfTrust = (items: readonly ApiTrust[]): readonly ApiTrust[] =>
  items.toSorted((a, b) => {
    const rank = (one: ApiTrust) => urgency.indexOf(trustState(one));
    return rank(a) - rank(b) || a.playbook.localeCompare(b.playbook);
  });
