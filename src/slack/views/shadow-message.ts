// The line that says what a version in shadow would have done otherwise: for whoever looks into the thread, not a call. Pure.
import type { ShadowedDecision } from '../../core/incident/state.ts';
import { joinWithin, type MessageContent, oneLine, section } from '../text.ts';
import { icon } from './states.ts';

/** The message, with the way to both versions side by side. */
export function shadowMessage(
  { playbook, shadow, live, differences, count }: ShadowedDecision,
  publicUrl: string,
): MessageContent {
  const name = oneLine(playbook, 100);
  const left = count - differences.length;
  const said = `${icon.rest} In shadow, *${name} ${oneLine(shadow, 30)}* decided otherwise than ${oneLine(live, 30)}. Nothing of it was done.`;
  const lines = [
    ...differences.map((difference) => `•  ${oneLine(difference, 300)}`),
    ...(left > 0 ? [`•  … and ${left} more`] : []),
  ];
  const page = `<${publicUrl}/playbooks/${encodeURIComponent(playbook)}?tab=stages|Compare the versions>`;
  const text = `${said}\n${joinWithin(lines, '\n', 2000)}`;
  return { text: text.replaceAll('*', ''), blocks: [section(`${text}\n${page}`)] };
}
