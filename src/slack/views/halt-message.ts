// The message that says what is halted, by whom and why, and, once it is released, that it is over. Pure.
import type { KillSwitch } from '../../ports/admission.ts';
import { person } from '../identity.ts';
import { buttonRow, type MessageContent, oneLine, section, when } from '../text.ts';
import { everything, scopeWords } from './halt-modal.ts';

const beginning = (scope: string) =>
  scope === everything ? '*All automation is halted*' : `*${oneLine(scope, 80)} is halted*`;

/** The message while the switch is engaged. */
export function haltMessage({ scope, by, at, reason }: KillSwitch): MessageContent {
  const text = `${beginning(scope)} by ${person(by)} since ${when(at)}: ${oneLine(reason, 500)}\nWhat is under way goes on; nothing new starts.`;
  return {
    text,
    blocks: [
      section(text, `halt_${at}_engaged`),
      buttonRow(`halt_${at}_buttons`, [{ id: 'halt_release', label: 'Release', value: scope }]),
    ],
  };
}

/** The same message afterwards. */
export function haltOverMessage({ scope, at }: Pick<KillSwitch, 'scope' | 'at'>): MessageContent {
  const text = `No longer halted: ${scopeWords(scope)}. It was, since ${when(at)}.`;
  return { text, blocks: [section(text, `halt_${at}_over`)] };
}

/** Names the message within its place; `haltOfKey` reads it. */
export const haltKey = ({ scope, at }: Pick<KillSwitch, 'scope' | 'at'>): string => `${at}/${scope}`;

/** What a key names. */
export function haltOfKey(key: string): Pick<KillSwitch, 'scope' | 'at'> {
  const [at = '', ...rest] = key.split('/');
  return { at, scope: rest.join('/') };
}
