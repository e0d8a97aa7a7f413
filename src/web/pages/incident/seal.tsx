// Whether the record is what was recorded: checked in this browser, entry by entry.
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import { useState } from 'react';
import { canVerify, checkedByItself, useSeal } from '../../data/seal.ts';
import { Tip } from '../../kit/tip.tsx';

const look = 'inline-flex items-center gap-1 rounded-sm';

/** `139 events verified`. A long record is checked when somebody asks for it. */
export function Seal({ id, version }: { id: string; version: number }) {
  const [isAsked, setAsked] = useState(false);
  const isLong = version > checkedByItself;
  const { data } = useSeal(id, isAsked || !isLong);
  const events = (data?.outcome === 'sound' ? data.events : version).toLocaleString('en');
  if (!canVerify())
    return (
      <Tip text="Browsers check digests only where the page comes over https. `firebreak audit verify` does it anywhere.">
        <button type="button" className={`${look} text-muted`}>
          <ShieldQuestion className="size-3.5" aria-hidden="true" /> {events} events
        </button>
      </Tip>
    );
  if (data?.outcome === 'bad')
    return (
      <span role="alert">
        <Tip text={`The chain breaks at entry ${data.seq}: ${data.why}. Run firebreak audit verify.`}>
          <button type="button" className={`${look} font-semibold text-red`}>
            <ShieldAlert className="size-3.5" aria-hidden="true" /> The record is broken at entry {data.seq}
          </button>
        </Tip>
      </span>
    );
  if (data?.outcome === 'sound')
    return (
      <Tip
        text={`Every entry was fetched and its chain recalculated in this browser. It ends in ${data.head.slice(0, 12)}…`}
      >
        <button type="button" className={`${look} text-green`}>
          <ShieldCheck className="size-3.5" aria-hidden="true" /> {events} events verified
        </button>
      </Tip>
    );
  return (
    <button type="button" className={`${look} text-muted`} onClick={() => setAsked(true)}>
      <ShieldQuestion className="size-3.5" aria-hidden="true" />
      {isLong && !isAsked ? `Verify ${events} events` : `Verifying ${events} events…`}
    </button>
  );
}
