// The rules for who may know of a private incident. Whether somebody is among them is asked in core/authority.
import type { Refusal } from '../refusal.ts';
import { type IncidentDraft, refuse } from './draft.ts';

const notPrivate = refuse('wrong_state', 'the incident is not private: everybody who may view sees it');

/** Lets them know of it. Who does so already changes nothing. */
export function addMembers(draft: IncidentDraft, asked: readonly string[], how: 'invited' | 'channel'): Refusal | null {
  const { members } = draft.state;
  if (members === undefined) return notPrivate;
  const added = [...new Set(asked)].filter((name) => !members.includes(name));
  if (added.length > 0) draft.record({ type: 'members.joined', data: { members: added, how } });
  return null;
}

/** Lets them know of it no more. Who does not anyhow changes nothing; a person does not take out the last. */
export function removeMembers(
  draft: IncidentDraft,
  asked: readonly string[],
  how: 'removed' | 'channel',
): Refusal | null {
  const { members } = draft.state;
  if (members === undefined) return notPrivate;
  const removed = [...new Set(asked)].filter((name) => members.includes(name));
  if (how === 'removed' && removed.length === members.length)
    return refuse('wrong_state', 'nobody would be left who may know of it; invite somebody else first');
  if (removed.length > 0) draft.record({ type: 'members.left', data: { members: removed, how } });
  return null;
}
