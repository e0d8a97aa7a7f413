// What stands where something is missing: nothing yet, an error with what to do, and the size of what comes.
import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { asFailure } from '../data/failure.ts';
import { Button } from './button.tsx';
import { CopyId } from './parts.tsx';
import { cx } from './tone.ts';

/** Nothing is here, said calmly. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-sm text-sm text-muted">{children}</div>}
    </div>
  );
}

const advice = (status: number, type: 'problem' | 'away' | 'foreign'): string => {
  if (type === 'away')
    return 'What you see was true when it was last loaded. It loads again by itself as soon as it can.';
  if (status === 403) return 'Ask whoever runs this Firebreak for the right, or sign in as somebody who has it.';
  if (status === 404) return 'It may have been removed, or the link is of another Firebreak.';
  if (status >= 500) return 'Nothing was changed by looking. If it stays like this, the log has it under the id below.';
  return 'Nothing was changed.';
};

/** What happened, to what, what was kept, and what to do. */
export function ErrorCard({ error, what, retry }: { error: unknown; what: string; retry?: () => void }) {
  const failure = asFailure(error);
  return (
    <div role="alert" className="rounded-lg border border-strong bg-surface p-4">
      <p className="font-medium">{what} could not be loaded</p>
      <p className="mt-1 text-sm">{failure.message}</p>
      <p className="mt-1 text-sm text-muted">{advice(failure.status, failure.type)}</p>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        {retry && (
          <Button size="small" onClick={retry}>
            <RotateCw className="size-3.5" /> Try again
          </Button>
        )}
        {failure.requestId !== null && <CopyId id={failure.requestId} />}
      </div>
    </div>
  );
}

/** A line of the size of what comes. */
export const Skeleton = ({ className }: { className?: string }) => (
  <div aria-hidden="true" className={cx('sheen rounded-md bg-raised', className ?? 'h-4 w-full')} />
);

/** Rows of the height of a table's rows. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-9 items-center gap-3 border-b px-3">
          <Skeleton className="h-3 w-12" />
          <Skeleton className={cx('h-3', row % 2 === 0 ? 'w-1/2' : 'w-1/3')} />
          <Skeleton className="ml-auto h-3 w-10" />
        </div>
      ))}
    </div>
  );
}
