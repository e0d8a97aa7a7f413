// What people did by hand again and again, with a playbook to begin with.
import { useState } from 'react';
import type { ApiToil } from '../../../contract/insights.ts';
import { Button } from '../../kit/button.tsx';
import { Card } from '../../kit/card.tsx';
import { CopyButton, Exactly, Mono } from '../../kit/parts.tsx';
import { Age } from '../../kit/time.tsx';
import { Numbers } from './numbers.tsx';

/** The list. */
export const Toil = ({ items }: { items: readonly ApiToil[] }) => (
  <Card>
    <ul className="divide-y">
      {items.map((one) => (
        <Done key={`${one.kind} ${one.what}`} one={one} />
      ))}
    </ul>
  </Card>
);

function Done({ one: { what, times, incidents, numbers, people, lastAt, advice, draft } }: { one: ApiToil }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="space-y-2 px-4 py-3 text-sm">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1 basis-72">
          <p className="[overflow-wrap:anywhere]">
            <Mono>{what}</Mono>
          </p>
          <p className="text-xs text-muted">
            {times} times in {incidents} {incidents === 1 ? 'incident' : 'incidents'} by {people.join(', ')} · last{' '}
            <Age at={lastAt} /> · <Numbers of={numbers} />
          </p>
          <p className="mt-1">{advice}</p>
        </div>
        {draft !== null && (
          <div className="flex gap-2">
            <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? 'Hide the draft' : 'Show a draft'}
            </Button>
            <CopyButton text={draft} label="Copy the draft" />
          </div>
        )}
      </div>
      {open && draft !== null && <Exactly label={`Draft of a playbook for ${what}`} value={draft} />}
    </li>
  );
}
