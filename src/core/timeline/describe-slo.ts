// Sentences of what is recorded about promises. Plain text.
import { wholePlatform } from '../slo/objective.ts';
import { percentText } from '../slo/words.ts';
import type { SloEvent } from '../system/slos.ts';
import { formatDuration } from '../time.ts';

const names: { readonly [objective in SloEvent['data']['objective']]: string } = {
  success: 'that runs succeed',
  within_sla: 'that runs end within their SLA',
  approval_wait: 'that approvals are decided in time',
  ingest: 'that deliveries are dealt with in time',
  delivery: 'that Slack is told in time',
};

/** What happened to a promise, in a sentence. */
export function sentenceOfSlo({ type, data }: SloEvent): string {
  const whose = data.subject === wholePlatform ? 'for all of Firebreak' : `of ${data.subject}`;
  const promise = `the promise ${whose} ${names[data.objective]}`;
  if (type === 'slo.recovered')
    return data.promised ? `The error budget is whole again for ${promise}` : `Nobody promises any more: ${promise}`;
  const { n, bad, target, high, windowMs } = data;
  const kept = `${Math.round((n - bad) * 100) / 100} of ${Math.round(n * 100) / 100} within ${formatDuration(windowMs)}`;
  return `The error budget is used up for ${promise}: ${kept}, at most ${percentText(high)}, promised ${percentText(target)}`;
}
