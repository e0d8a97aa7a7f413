// How a run is drawn: where it stands, its steps with items folded and called runs linked, what it waits for. Asks nothing.
import type { ApiRun } from '../contract/run.ts';
import type { ApiRunStep } from '../contract/step.ts';
import { element, instant } from './elements.ts';
import { drawOrders, type Ordering } from './orders.ts';

const words = (status: string) => status.replaceAll('_', ' ');
const anchor = (id: string) => `run-${id}`;
const link = (id: string) => element('a', { href: `#${anchor(id)}` }, id);
const separated = (parts: (Node | string)[]) => parts.flatMap((part, i) => (i === 0 ? [part] : [', ', part]));

/** One run as a list item that other runs can link to. */
export function drawRun(run: ApiRun, ordering: Ordering): HTMLLIElement {
  const { id, playbook, status, paused, trigger, steps, waitingFor, orders } = run;
  const item = element('li', { id: anchor(id) }, element('span', { class: `state ${status}` }, words(status)));
  item.append(`${paused ? ', paused' : ''} ${playbook.name} ${playbook.version}`);
  if (trigger.type === 'run') item.append(', called by ', link(trigger.runId));
  if (waitingFor.length === 0) return item;
  const waits = waitingFor.map(({ kind, what, since, who }) =>
    element(
      'li',
      { class: `waits ${kind}` },
      `Waits for ${what}${who.length > 0 ? ` (${who.join(', ')})` : ''} since `,
      instant(since),
    ),
  );
  const open = orders.length > 0 ? [drawOrders(run, ordering)] : [];
  const lines = element('ul', { class: 'steps', 'aria-label': `Steps of ${playbook.name}` }, ...steps.map(drawStep));
  item.append(lines, element('ul', { 'aria-label': `What ${playbook.name} waits for` }, ...waits), ...open);
  return item;
}

function drawStep({ step, part, status, about, runs }: ApiRunStep): HTMLLIElement {
  const said = part === 'finally' ? ['finally', about] : [about];
  const line = element('li', {}, element('span', { class: `state ${status}` }, words(status)), ` ${step}`);
  const text = said.filter(Boolean).join('; ');
  if (text) line.append(element('span', { class: 'meta' }, ` – ${text}`));
  if (runs.length > 0) line.append(', run ', ...separated(runs.slice(-5).map(link)));
  return line;
}
