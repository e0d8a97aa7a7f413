// What was verified, and by which key: said so that nobody takes a whole file for a true one.
import { Check, Circle, ShieldCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Card } from '../../kit/card.tsx';
import { Field, TextArea } from '../../kit/field.tsx';
import { CopyId, Mono } from '../../kit/parts.tsx';
import { Instant } from '../../kit/time.tsx';
import { cx } from '../../kit/tone.ts';
import { countText } from '../../model/count-text.ts';
import { redactedEntries, sealText } from '../../model/redacted.ts';
import type { OpenBundle } from './use-bundle.ts';

/** The seal of the file. */
export function Verified({ opened: { name, bundle, tookMs } }: { opened: OpenBundle }) {
  const { head, checkpoint, evidence, keyId, redactions } = bundle;
  const included = evidence.filter((one) => one.included).length;
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-green-ground px-4 py-3 text-green">
        <h1 className="flex items-center gap-2 text-lg font-semibold">
          <ShieldCheck className="size-5 shrink-0" aria-hidden="true" /> {sealText(head.version, redactions)}
        </h1>
        <p className="text-sm">
          <span className="font-medium">{name}</span>, in this browser in {(tookMs / 1000).toFixed(1)} s
        </p>
      </div>
      <div className="grid grid-cols-1 gap-x-8 gap-y-5 p-4 lg:grid-cols-2">
        <ul className="space-y-2 text-sm" aria-label="What was verified">
          <Point>
            <b className="font-medium">Chain.</b> Each entry is what was recorded, and linked to the one before it.
          </Point>
          <Point>
            <b className="font-medium">End.</b> It ends at entry {head.version.toLocaleString('en')}{' '}
            <CopyId id={head.hash} shown={head.hash.slice(0, 12)} />
          </Point>
          <Point isOpen={checkpoint === null}>
            <b className="font-medium">Checkpoint.</b>{' '}
            {checkpoint === null
              ? 'None spoke of it yet when it was exported.'
              : `The record goes through entry ${checkpoint.version.toLocaleString('en')}, which ${checkpoint.by} recorded.`}
          </Point>
          <Point isOpen={included < evidence.length}>
            <b className="font-medium">Evidence.</b>{' '}
            {evidence.length === 0
              ? 'The record names none.'
              : included === evidence.length
                ? `${countText(included, 'piece matches its digest', 'pieces match their digests')}.`
                : `${included} of ${countText(evidence.length, 'piece', 'pieces')} match their digests; the content of the rest was left out of the file.`}
          </Point>
          {redactions.length > 0 && <Redacted redactions={redactions} />}
          <Point>
            <b className="font-medium">Signature.</b> Ed25519, by key <Mono>{keyId}</Mono>
          </Point>
        </ul>
        <Key keyId={keyId} publicKey={bundle.publicKey} />
      </div>
    </Card>
  );
}

const Point = ({ children, isOpen = false }: { children: ReactNode; isOpen?: boolean }) => (
  <li className="flex items-start gap-2">
    {isOpen ? (
      <Circle className="mt-0.5 size-4 shrink-0 text-muted" aria-hidden="true" />
    ) : (
      <Check className="mt-0.5 size-4 shrink-0 text-green" aria-hidden="true" />
    )}
    <span className="min-w-0">{children}</span>
  </li>
);

/** So many redactions are told before somebody asks for the rest. */
const shownRedactions = 5;

/** Who took what out, when and why. */
function Redacted({ redactions }: Pick<OpenBundle['bundle'], 'redactions'>) {
  const [all, setAll] = useState(false);
  const entries = redactedEntries(redactions);
  const pieces = redactions.filter(({ seq }) => seq === null).length;
  const what = [
    entries > 0 ? countText(entries, 'entry', 'entries') : [],
    pieces > 0 ? countText(pieces, 'piece of evidence', 'pieces of evidence') : [],
  ].flat();
  return (
    <Point>
      <b className="font-medium">Redacted.</b> Something was taken out of {what.join(' and ')}; the record vouches for
      each.
      <ul className="mt-1 space-y-1 text-muted" aria-label="What was redacted">
        {(all ? redactions : redactions.slice(0, shownRedactions)).map(({ seq, evidence, by, at, reason }) => (
          <li key={`${seq} ${evidence} ${at}`} className="[overflow-wrap:anywhere]">
            {seq === null ? `Evidence ${evidence}` : `Entry ${seq}`} by <span className="text-ink">{by}</span>,{' '}
            <Instant at={at} />: “{reason}”
          </li>
        ))}
      </ul>
      {redactions.length > shownRedactions && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="mt-1 text-xs font-medium text-muted hover:text-ink"
        >
          {all ? 'Show less' : `Show all ${redactions.length}`}
        </button>
      )}
    </Point>
  );
}

/** A key as PEM, or its base64 alone. */
const base64Of = (text: string) => text.replaceAll(/-----[A-Z ]+-----|\s/g, '');

/** Whose key it is, the file cannot say. */
function Key({ keyId, publicKey }: { keyId: string; publicKey: string }) {
  const [given, setGiven] = useState('');
  const wanted = base64Of(given);
  const isSame = wanted === publicKey;
  return (
    <div className="min-w-0 space-y-3 text-sm">
      <p>
        The signature shows only that the file is whole: whoever has a key can sign one. Compare the key with the copy
        that you keep apart from the server, <Mono>signing-key.pub.pem</Mono>.
      </p>
      <dl className="space-y-1">
        <dt className="text-xs text-muted">Fingerprint {keyId}, public key</dt>
        <dd>
          <CopyId id={publicKey} className="-ml-1 !whitespace-normal" />
        </dd>
      </dl>
      <Field label="Compare with the key you trust" hint="PEM, or its base64. It stays in this page.">
        {(its) => (
          <TextArea
            {...its}
            rows={2}
            spellCheck={false}
            value={given}
            onChange={(event) => setGiven(event.target.value)}
            className="font-mono text-xs"
          />
        )}
      </Field>
      {wanted !== '' && (
        <p role="status" className={cx('font-medium', isSame ? 'text-green' : 'text-red')}>
          {isSame
            ? '✓ Signed with the key you gave.'
            : '✕ Signed with another key than the one you gave: do not trust this file.'}
        </p>
      )}
    </div>
  );
}
