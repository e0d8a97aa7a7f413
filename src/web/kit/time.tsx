// Instants, ages and durations on the screen: relative where that helps, absolute on hover, in the reader's time zone.
import { useZone } from '../data/preferences.ts';
import { ageText, clockText, durationText, instantText, refreshMs, roughText } from '../model/time.ts';
import { useNow } from './now.ts';

type At = { readonly at: string; readonly className?: string };

/** `3 min ago`; the instant on hover. */
export function Age({ at, className }: At) {
  const zone = useZone();
  const now = useNow(refreshMs(at, Date.now()));
  return (
    <time dateTime={at} title={instantText(at, zone, now)} className={className}>
      {ageText(at, now, zone)}
    </time>
  );
}

/** `3 min`, for a column. */
export function ShortAge({ at, className }: At) {
  const zone = useZone();
  const now = useNow(refreshMs(at, Date.now()));
  return (
    <time dateTime={at} title={instantText(at, zone, now)} className={className}>
      {roughText(now - Date.parse(at))}
    </time>
  );
}

/** `26 Nov 14:03 CET`. */
export function Instant({ at, className }: At) {
  const zone = useZone();
  return (
    <time dateTime={at} className={className} title={at}>
      {instantText(at, zone, Date.now())}
    </time>
  );
}

/** `27 Nov 14:03 CET (in 3 h)`: when something ends or comes. */
export function Until({ at }: At) {
  const now = useNow(refreshMs(at, Date.now()));
  const left = Date.parse(at) - now;
  return (
    <>
      <Instant at={at} />
      <span className="text-muted">{left > 0 ? ` (in ${roughText(left)})` : ` (${roughText(-left)} ago)`}</span>
    </>
  );
}

/** `14:03:20`; all of it on hover. */
export function ClockTime({ at, className }: At) {
  const zone = useZone();
  return (
    <time dateTime={at} title={instantText(at, zone, Date.now())} className={className}>
      {clockText(at, zone)}
    </time>
  );
}

/** How long from `from` until `to`, or until now and counting. */
export function Duration({ from, to = null, className }: { from: string; to?: string | null; className?: string }) {
  const now = useNow(to === null ? refreshMs(from, Date.now()) : 3_600_000);
  const end = to === null ? now : Date.parse(to);
  return <span className={`tabular ${className ?? ''}`}>{durationText(end - Date.parse(from))}</span>;
}
