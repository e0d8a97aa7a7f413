// The evidence of a bundle: texts, JSON and images shown where they stand, everything to be saved. Nothing of it is run.
import { useQuery } from '@tanstack/react-query';
import { ChevronRight, Download } from 'lucide-react';
import { useState } from 'react';
import { useBlobUrl } from '../../kit/blob-url.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { Empty, Skeleton } from '../../kit/feedback.tsx';
import { CopyId, Exactly } from '../../kit/parts.tsx';
import { cx } from '../../kit/tone.ts';
import { sizeText } from '../../model/size.ts';
import type { BundledEvidence as Evidence, Questions } from '../../verify/messages.ts';
import { type OpenBundle, ofFile } from './use-bundle.ts';

/** Pieces that are listed before somebody asks for more. */
const listed = 50;

/** The column. */
export function BundledEvidence({ opened }: { opened: OpenBundle }) {
  const { evidence } = opened.bundle;
  const [shown, setShown] = useState(listed);
  return (
    <Section title="Evidence" count={evidence.length}>
      <Card className="divide-y">
        {evidence.length === 0 && <Empty title="The record names no evidence" />}
        {evidence.slice(0, shown).map((one) => (
          <Piece key={one.digest} opened={opened} evidence={one} />
        ))}
        {evidence.length > shown && (
          <div className="p-3">
            <Button size="small" onClick={() => setShown(shown + listed)}>
              {evidence.length - shown} more
            </Button>
          </div>
        )}
      </Card>
    </Section>
  );
}

function Piece({ opened, evidence }: { opened: OpenBundle; evidence: Evidence }) {
  const { name, bytes, digest, included, seq } = evidence;
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full items-center gap-2 px-3 py-2 text-left text-sm hover:bg-surface focus-visible:-outline-offset-2"
      >
        <ChevronRight
          className={cx('size-4 shrink-0 text-muted transition-transform', isOpen && 'rotate-90')}
          aria-hidden="true"
        />
        <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
        <span className="tabular text-xs whitespace-nowrap text-muted">
          {included ? sizeText(bytes) : 'left out'} · entry {seq.toLocaleString('en')}
        </span>
      </button>
      {isOpen && (
        <div className="space-y-2 px-3 pb-3">
          {included ? (
            <Content opened={opened} evidence={evidence} />
          ) : (
            <p className="text-xs text-muted">
              Its content ({sizeText(bytes)}) was left out when the bundle was made. Whoever has it can compare it with
              the digest.
            </p>
          )}
          <p className="text-[11px] text-muted">
            Digest <CopyId id={digest} shown={digest.slice(0, 23)} />
          </p>
        </div>
      )}
    </div>
  );
}

function Content({ opened: { ask, opening }, evidence: { name, digest } }: { opened: OpenBundle; evidence: Evidence }) {
  const { data, error } = useQuery({
    queryKey: ['bundle', opening, 'evidence', digest],
    queryFn: () => ask('evidence', { digest }),
    ...ofFile,
    gcTime: 0,
  });
  const mime = data?.shown.type === 'image' ? data.shown.mime : 'application/octet-stream';
  const url = useBlobUrl(data?.bytes, mime);
  if (error) return <p className="text-xs text-red">{error.message}</p>;
  if (!data || url === null) return <Skeleton className="h-24" />;
  return (
    <>
      <Shown name={name} shown={data.shown} url={url} />
      <a
        href={url}
        download={name}
        className="inline-flex h-7 items-center gap-1.5 rounded-md border border-strong px-2 text-xs font-medium hover:bg-raised"
      >
        <Download className="size-3.5" aria-hidden="true" /> Save {name}
      </a>
    </>
  );
}

type Answered = NonNullable<Questions['evidence']['answer']>;

function Shown({ name, shown, url }: { name: string; shown: Answered['shown']; url: string }) {
  switch (shown.type) {
    case 'image':
      return <img src={url} alt={name} className="max-h-96 max-w-full rounded-md border bg-surface object-contain" />;
    case 'binary':
      return <p className="text-xs text-muted">Neither text nor a picture: it can be saved, not shown.</p>;
    case 'text':
    case 'json':
      return (
        <>
          <Exactly label={name} value={shown.text} />
          {shown.cut && <p className="text-xs text-muted">Only its beginning is shown; saved, it is whole.</p>}
        </>
      );
  }
}
