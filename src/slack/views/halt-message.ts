// The message that says what is halted, by whom and why, and, once it is released, that it is over. Pure.
import type { KillSwitch } from '../../ports/admission.ts';
import { buttonRow, type MessageContent, section, when } from '../text.ts';
import { releasedWhat } from './halt-modal.ts';
import { haltLine } from './wait-lines.ts';

/** The message while the switch is engaged. */
export function haltMessage(engaged: KillSwitch): MessageContent {
  const { scope, at } = engaged;
  const text = `${haltLine(engaged)}\nRunning steps finish; nothing new starts.`;
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
  const text = `✓ ${releasedWhat(scope)} again. Halted since ${when(at)}.`;
  return { text, blocks: [section(text, `halt_${at}_over`)] };
}

/** Names the message within its place; `haltOfKey` reads it. */
export const haltKey = ({ scope, at }: Pick<KillSwitch, 'scope' | 'at'>): string => `${at}/${scope}`;

/** What a key names. */
export function haltOfKey(key: string): Pick<KillSwitch, 'scope' | 'at'> {
  const [at = '', ...rest] = key.split('/');
  return { at, scope: rest.join('/') };
}
