// Whether what is shown is of now: a dot while it is, a banner that stays in view while it is not.
import { CloudOff } from 'lucide-react';
import { useLink } from '../data/live.ts';
import { useZone } from '../data/preferences.ts';
import { cx } from '../kit/tone.ts';
import { clockText } from '../model/time.ts';

/** Until when what is shown is known to be true. */
function AsOf() {
  return clockText(new Date(useLink().asOfMs).toISOString(), useZone()).slice(0, 5);
}

/** `Live`, or since when it is not. */
export function LiveDot() {
  const { status } = useLink();
  const isLive = status === 'live';
  return (
    <span
      role="status"
      className={cx('flex items-center gap-1.5 px-1.5 text-xs', isLive ? 'text-muted' : 'text-amber')}
    >
      <span className={cx('size-2 rounded-full', isLive ? 'bg-green' : 'pulse bg-amber')} aria-hidden="true" />
      {isLive ? (
        'Live'
      ) : status === 'connecting' ? (
        'Connecting…'
      ) : (
        <>
          {status === 'offline' ? 'Offline' : 'Reconnecting'}, as of <AsOf />
        </>
      )}
    </span>
  );
}

/** Stays in view while nothing comes. */
export function OfflineBanner() {
  const { status } = useLink();
  if (status !== 'offline') return null;
  return (
    <p
      role="alert"
      className="flex shrink-0 items-start gap-2 border-b border-amber bg-amber-ground px-4 py-2 text-sm text-amber"
    >
      <CloudOff className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <span>
        <strong className="font-semibold">Firebreak cannot be reached.</strong> What you see was true at <AsOf />.
        Orders wait; what was approved goes on without this page, and Slack and the command line may still work.
      </span>
    </p>
  );
}
