// What one piece of evidence says, shown where that is safe: text, JSON, tables, charts and pictures. Nothing of it is run.
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { ApiEvidence } from '../../../contract/evidence.ts';
import { download } from '../../data/client.ts';
import { useArtifact } from '../../data/read-follow-up.ts';
import { useBlobUrl } from '../../kit/blob-url.ts';
import { Button } from '../../kit/button.tsx';
import { Empty, ErrorCard, Skeleton } from '../../kit/feedback.tsx';
import { CopyId, Exactly } from '../../kit/parts.tsx';
import { Instant } from '../../kit/time.tsx';
import { toast } from '../../kit/toast.tsx';
import { chartColumns } from '../../model/chart.ts';
import { csvTable } from '../../model/csv.ts';
import { whence } from '../../model/evidence.ts';
import { sizeText } from '../../model/size.ts';
import { states } from '../../model/states.ts';

const Chart = lazy(() => import('./evidence-chart.tsx').then(({ EvidenceChart: it }) => ({ default: it })));

/** Characters of a text that are shown; saved, it is whole. */
const shownChars = 200_000;
const shownRows = 200;
/** Rows before somebody asks for more. */
const foldedRows = 12;

/** The pane: where it comes from, what it says, and the button that saves it. */
export function EvidenceContent({ evidence }: { evidence: ApiEvidence }) {
  const { name, bytes, cutBytes, digest, capturedAt, redacted } = evidence;
  const save = () =>
    download('GET /artifacts/:digest', { params: { digest } }, name).catch(() =>
      toast('Not saved: the server refused.', states.failed),
    );
  return (
    <div className="min-w-0 space-y-3 p-4">
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1">
          <h3 className="truncate font-medium">{name}</h3>
          <p className="text-xs text-muted">
            {sizeText(bytes)} · {whence(evidence)} · <Instant at={capturedAt} />
          </p>
        </div>
        {!redacted && (
          <Button size="small" onClick={() => void save()} aria-label={`Save ${name}`}>
            <Download className="size-3.5" aria-hidden="true" /> Save
          </Button>
        )}
      </div>
      {redacted ? (
        <Empty title="Its content was redacted">
          It was taken out of the record; the record says by whom, when and why, and still verifies.
        </Empty>
      ) : (
        <Content evidence={evidence} />
      )}
      {cutBytes > 0 && (
        <p className="text-xs text-amber">{sizeText(cutBytes)} at its end were left out when it was captured.</p>
      )}
      <p className="text-[11px] text-muted">
        Digest <CopyId id={digest} shown={digest.slice(0, 19)} />
      </p>
    </div>
  );
}

function Content({ evidence }: { evidence: ApiEvidence }) {
  const { digest, preview } = evidence;
  if (preview === 'download')
    return <p className="text-sm text-muted">Neither text nor a picture: it can be saved, not shown.</p>;
  return <Fetched key={digest} evidence={evidence} />;
}

function Fetched({ evidence: { name, digest, preview, type } }: { evidence: ApiEvidence }) {
  const content = useArtifact(digest);
  if (content.data === undefined)
    return content.error === null ? (
      <Skeleton className="h-40 w-full" />
    ) : (
      <ErrorCard error={content.error} what={name} retry={() => void content.refetch()} />
    );
  if (preview === 'image') return <Picture name={name} content={content.data} type={type ?? 'image/png'} />;
  return <Words name={name} digest={digest} content={content.data} preview={preview} />;
}

function Picture({ name, content, type }: { name: string; content: Blob; type: string }) {
  const url = useBlobUrl(content, type);
  if (url === null) return <Skeleton className="h-40 w-full" />;
  return <img src={url} alt={name} className="max-h-[60dvh] max-w-full rounded-md border bg-surface object-contain" />;
}

type WordsProps = {
  readonly name: string;
  readonly digest: string;
  readonly content: Blob;
  readonly preview: ApiEvidence['preview'];
};

function Words({ name, digest, content, preview }: WordsProps) {
  const read = useQuery({ queryKey: ['artifact', digest, 'text'], queryFn: () => content.text(), gcTime: 0 });
  if (read.data === undefined) return <Skeleton className="h-40 w-full" />;
  switch (preview) {
    case 'chart':
      return <AsChart name={name} text={read.data} />;
    case 'csv':
      return <AsTable name={name} text={read.data} />;
    default:
      return <AsText name={name} text={preview === 'json' ? indented(read.data) : read.data} />;
  }
}

/** JSON as one reads it; what is none stays as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function AsText({ name, text }: { name: string; text: string }) {
  return (
    <>
      <Exactly label={name} value={text.slice(0, shownChars)} />
      {text.length > shownChars && (
        <p className="text-xs text-muted">Only its beginning is shown; saved, it is whole.</p>
      )}
    </>
  );
}

function AsChart({ name, text }: { name: string; text: string }) {
  const columns = useMemo(() => chartColumns(text), [text]);
  if (columns === null) return <AsText name={name} text={text} />;
  if (columns.seconds.length === 0) return <Empty title="The chart has no values" />;
  return (
    <Suspense fallback={<Skeleton className="h-60 w-full" />}>
      <Chart name={name} columns={columns} />
    </Suspense>
  );
}

function AsTable({ name, text }: { name: string; text: string }) {
  const [all, setAll] = useState(false);
  const { rows, more } = useMemo(() => csvTable(text, shownRows + 1), [text]);
  const [head, ...rest] = rows;
  if (head === undefined) return <Empty title="The table is empty" />;
  const isLong = rest.length > foldedRows + 4;
  return (
    <figure aria-label={name} className="overflow-x-auto rounded-md border">
      <table className="w-full text-left font-mono text-xs">
        <thead className="bg-surface">
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col" className="border-b px-2 py-1.5 font-medium">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {(all || !isLong ? rest : rest.slice(0, foldedRows)).map((row, line) => (
            <tr key={line}>
              {head.map((_head, index) => (
                <td key={index} className="px-2 py-1 wrap-anywhere">
                  {row[index] ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {isLong && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="w-full border-t px-3 py-1.5 text-left text-xs font-medium text-muted hover:text-ink"
        >
          {all ? 'Show less' : `Show ${more ? `the first ${shownRows}` : `all ${rest.length}`} rows`}
        </button>
      )}
      {all && more && <p className="px-3 pb-2 text-xs text-muted">Saved, it is whole.</p>}
    </figure>
  );
}
