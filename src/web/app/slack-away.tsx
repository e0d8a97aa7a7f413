// That Slack is away, said above every page while it lasts: whoever waits for a word there must not wait in vain.
import { MessageSquareOff } from 'lucide-react';
import { useParts } from '../data/read-parts.ts';
import { Age } from '../kit/time.tsx';

/** Since when Slack is away, why, and where people can answer meanwhile; nothing while it is there, or is not configured. */
export function SlackAway() {
  const slack = useParts().data?.parts.find(({ name, status }) => name === 'slack' && status === 'away');
  if (!slack) return null;
  return (
    <p
      role="status"
      className="flex shrink-0 items-start gap-2 border-b border-amber bg-amber-ground px-4 py-2 text-sm text-amber"
    >
      <MessageSquareOff className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <span className="min-w-0 wrap-anywhere">
        <strong className="font-semibold">Slack is away</strong> since <Age at={slack.since} />
        {slack.error === null ? '' : `: ${slack.error}`}. What waits for people can be answered here and on the command
        line; once Slack is back, it is told how things stand.
      </span>
    </p>
  );
}
