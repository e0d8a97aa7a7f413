// Whether the record is what was recorded: checked in this browser, entry by entry.
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import { useState } from 'react';
import { checkedByItself, useSeal } from '../../data/seal.ts';
import { Tip } from '../../kit/tip.tsx';
import { sealText } from '../../model/redacted.ts';
import type { ShownRedaction } from '../../verify/messages.ts';

const look = 'inline-flex items-center gap-1 rounded-sm';

const redactedText = (told: readonly ShownRedaction[]): string =>
  told.length === 0
    ? ''
    : ` What was redacted, somebody with the right took out, and the record says who and why: ${told
        .slice(0, 3)
        .map(({ seq, by, reason }) => `entry ${seq} by ${by} (${reason})`)
        .join('; ')}${told.length > 3 ? '…' : ''}.`;

type SealProps = {
  readonly id: string;
  readonly version: number;
  /** The rest of the page is there: it is not kept waiting for this. */
  readonly isShown: boolean;
};

/** `139 events verified, 1 redacted`. A long record is checked when somebody asks for it. */
export function Seal({ id, version, isShown }: SealProps) {
  const [isAsked, setAsked] = useState(false);
  const isLong = version > checkedByItself;
  const { data, isError } = useSeal(id, isShown && (isAsked || !isLong));
  const events = version.toLocaleString('en');
  if (data?.outcome === 'bad')
    return (
      <span role="alert">
        <Tip text={`The chain breaks at entry ${data.place.seq}: ${data.place.problem}. Run firebreak audit verify.`}>
          <button type="button" className={`${look} font-semibold text-red`}>
            <ShieldAlert className="size-3.5" aria-hidden="true" /> The record is broken at entry {data.place.seq}
          </button>
        </Tip>
      </span>
    );
  if (data?.outcome === 'ok')
    return (
      <Tip
        text={`Every entry was fetched and its chain recalculated in this browser. It ends in ${data.head.hash.slice(0, 12)}…${redactedText(data.redactions)}`}
      >
        <button type="button" className={`${look} text-green`}>
          <ShieldCheck className="size-3.5" aria-hidden="true" /> {sealText(data.head.version, data.redactions)}
        </button>
      </Tip>
    );
  return (
    <button type="button" className={`${look} text-muted`} onClick={() => setAsked(true)}>
      <ShieldQuestion className="size-3.5" aria-hidden="true" />
      {isError
        ? `${events} events, not verified`
        : isLong && !isAsked
          ? `Verify ${events} events`
          : `Verifying ${events} events…`}
    </button>
  );
}
