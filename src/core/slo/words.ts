// How a promise stands, in words that every surface shows. Plain text. Pure.
import { formatDuration } from '../time.ts';
import type { Attainment } from './budget.ts';
import type { Promised, SloObjective } from './objective.ts';

/** Percent with as many digits as tell 99.9 from 99.95; never rounded up to a promise that was not kept. */
export function percentText(share: number): string {
  const hundredths = Math.floor(share * 10_000 + 1e-6) / 100;
  return `${String(hundredths)} %`;
}

const nouns: { readonly [objective in SloObjective]: readonly [one: string, many: string] } = {
  success: ['run', 'runs'],
  within_sla: ['run', 'runs'],
  approval_wait: ['request', 'requests'],
  ingest: ['delivery', 'deliveries'],
  delivery: ['incident', 'incidents'],
};

/** What is promised, such as `99.9 % of runs succeed, over 30d`. */
export function promiseText({ objective, target, withinMs, windowMs }: Promised): string {
  const share = percentText(target);
  const within = withinMs === null ? 'in time' : `within ${formatDuration(withinMs)}`;
  const over = `over ${formatDuration(windowMs)}`;
  switch (objective) {
    case 'success':
      return `${share} of runs succeed, ${over}`;
    case 'within_sla':
      return `${share} of runs succeed ${withinMs === null ? 'within their SLA' : within}, ${over}`;
    case 'approval_wait':
      return `${share} of approvals are decided ${within}, ${over}`;
    case 'ingest':
      return `${share} of deliveries are dealt with ${within}, ${over}`;
    case 'delivery':
      return `${share} of incidents are told in Slack ${within}, ${over}`;
  }
}

const figure = (n: number) => String(Math.round(n * 100) / 100);

/** How it stands, such as `too few runs to say: 12 of 12, which is 75.75 % at least`. */
export function standingText(line: Promised & Attainment): string {
  const { status, n, bad, low, high, objective, budgetLeft } = line;
  const [one, many] = nouns[objective];
  if (n === 0 || low === null || high === null) return `no ${many} yet: nothing to say`;
  const kept = `${figure(n - bad)} of ${figure(n)} ${n === 1 ? one : many}`;
  const between = `${percentText(low)} to ${percentText(high)}`;
  switch (status) {
    case 'met':
      return `met: ${kept}`;
    case 'burning':
      return `burning: ${kept}; the budget is used up before its time`;
    case 'burned':
      return `burned: ${kept}, at most ${percentText(high)}`;
    case 'unclear':
      return budgetLeft !== null && budgetLeft < 0
        ? `too few ${many} to say: ${kept} is below the promise, and ${between} is possible`
        : `too few ${many} to say: ${kept}, ${between} is possible`;
  }
}
