// The banner that says what is halted, for as long as anything is. Kill switches are in no stream, so they are asked for now and then.
import type { ApiKillSwitch } from '../contract/operation.ts';
import { client } from './client.ts';
import { byId, element, instant } from './elements.ts';

let shown = '[]';

/** Asks what is halted and shows it; true if that has changed since the last time. */
export async function showHalted(): Promise<boolean> {
  const { items } = await client.call('GET /kill-switches', {});
  const now = JSON.stringify(items);
  if (now === shown) return false;
  shown = now;
  const banner = byId('halted');
  banner.hidden = items.length === 0;
  banner.replaceChildren(...items.map(drawSwitch));
  return true;
}

function drawSwitch({ scope, by, reason, at }: ApiKillSwitch): HTMLParagraphElement {
  const what = scope === '*' ? 'Everything is halted' : `${scope} is halted`;
  const release = scope === '*' ? 'firebreak release' : `firebreak release ${scope}`;
  return element(
    'p',
    {},
    element('strong', {}, what),
    ` by ${by.name ?? by.id} since `,
    instant(at),
    `: ${reason}. Nothing of it starts until `,
    element('code', {}, release),
    '.',
  );
}
