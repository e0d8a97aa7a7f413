// The rules of action items. Pure.
import type { IncidentDraft } from '../incident/draft.ts';
import type { Refusal } from '../refusal.ts';
import { assertNever } from '../result.ts';
import { saysWhy } from '../says-why.ts';
import type { ActionItemCommand, ItemWords } from './command.ts';
import { isDay, noDay } from './due.ts';
import { type ActionItem, itemOf, noActionItems } from './state.ts';

type Asked<T extends ActionItemCommand['type']> = Extract<ActionItemCommand, { type: T }>;

/** Items of one incident, at the utmost: its state knows them all. */
const maxItems = 200;

const refuse = (code: Refusal['code'], message: string): Refusal => ({ code, message });

/** Records what follows; what is so already changes nothing. */
export function decideActionItem(draft: IncidentDraft, command: ActionItemCommand): Refusal | null {
  if (command.type === 'add_action_item') return add(draft, command);
  const item = itemOf(draft.state.actionItems ?? noActionItems, command.id);
  if (!item) return refuse('not_found', `incident #${draft.state.number} has no action item ${command.id}`);
  switch (command.type) {
    case 'change_action_item':
      return change(draft, item, command);
    case 'end_action_item':
      return end(draft, item, command);
    case 'reopen_action_item':
      if (item.status !== 'open') draft.record({ type: 'action_item.reopened', data: because(command) });
      return null;
    case 'remove_action_item':
      draft.record({ type: 'action_item.removed', data: because(command) });
      return null;
    default:
      return assertNever(command);
  }
}

const because = ({ id, reason }: { readonly id: string; readonly reason?: string | undefined }) =>
  reason === undefined ? { id } : { id, reason };

function add(draft: IncidentDraft, command: Asked<'add_action_item'>): Refusal | null {
  const { number, mergedInto, actionItems = noActionItems } = draft.state;
  if (mergedInto) return refuse('wrong_state', `the incident is merged into #${mergedInto.number}; add it to that one`);
  if (Object.keys(actionItems.items).length >= maxItems)
    return refuse('wrong_state', `the incident has ${maxItems} action items already`);
  const fault = faultIn(draft, command);
  if (fault) return fault;
  const { text, owner, due, factor, verify } = command;
  const said = Object.entries({ owner, due, factor, verify }).filter(([, value]) => typeof value === 'string');
  draft.record({
    type: 'action_item.added',
    data: { id: `${number}-${actionItems.made + 1}`, text, ...Object.fromEntries(said) },
  });
  return null;
}

function faultIn({ state }: IncidentDraft, { due, factor }: ItemWords): Refusal | null {
  if (typeof due === 'string' && !isDay(due)) return fault('due', noDay);
  const factors = state.postmortem?.factors ?? [];
  if (typeof factor === 'string' && !factors.includes(factor))
    return fault(
      'factor',
      `is none of the contributing factors of the postmortem (${factors.join(', ') || 'it has none yet'})`,
    );
  return null;
}

const fault = (path: string, message: string): Refusal => ({
  code: 'invalid',
  message: `${path} ${message}`,
  faults: [{ path, message }],
});

function change(draft: IncidentDraft, item: ActionItem, command: Asked<'change_action_item'>): Refusal | null {
  const wrong = faultIn(draft, command);
  if (wrong) return wrong;
  const { type: _type, id, ...asked } = command;
  const before: { readonly [name: string]: unknown } = item;
  const changes = Object.entries(asked).filter(
    ([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(before[name]),
  );
  if (changes.length > 0) draft.record({ type: 'action_item.changed', data: { id, ...Object.fromEntries(changes) } });
  return null;
}

function end(draft: IncidentDraft, item: ActionItem, command: Asked<'end_action_item'>): Refusal | null {
  const { id, outcome, reason } = command;
  if (item.status === outcome) return null;
  if (item.status !== 'open') return refuse('wrong_state', `action item ${id} is ${item.status}; open it again first`);
  if (outcome === 'dropped' && !saysWhy(reason ?? ''))
    return refuse('invalid', 'say why it is dropped: whoever reads the postmortem will ask');
  draft.record({ type: 'action_item.ended', data: { outcome, ...because({ id, reason }) } });
  return null;
}
