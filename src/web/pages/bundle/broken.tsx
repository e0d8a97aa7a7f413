// A file that is no whole bundle: the first bad place, and what that means.
import { ShieldAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Facts } from '../../kit/card.tsx';
import { Mono } from '../../kit/parts.tsx';
import { Instant } from '../../kit/time.tsx';
import type { BadEntry } from '../../verify/messages.ts';

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** What is wrong, and where. */
export function Broken({ name, place }: { name: string; place: BadEntry }) {
  const { streamId, seq, type, at, problem } = place;
  const isEntry = seq > 0;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['File', name],
    ...(streamId.startsWith('(') ? [] : [['Stream', <Mono key="stream">{streamId}</Mono>] as const]),
    ['Place', isEntry ? `Entry ${seq.toLocaleString('en')}` : 'The file as a whole'],
    ...(type === null ? [] : [['Type', <Mono key="type">{type}</Mono>] as const]),
    ...(at === null ? [] : [['Dated', <Instant key="at" at={at} />] as const]),
    [
      'Problem',
      <strong key="problem" className="font-medium">
        {capital(problem)}.
      </strong>,
    ],
  ];
  return (
    <div role="alert" className="mx-auto mt-[8vh] max-w-2xl overflow-hidden rounded-lg border border-red">
      <h1 className="flex items-center gap-2.5 bg-red-ground px-5 py-4 text-lg font-semibold text-red">
        <ShieldAlert className="size-5 shrink-0" aria-hidden="true" />
        {isEntry
          ? `This record is broken at entry ${seq.toLocaleString('en')}`
          : 'This file cannot be trusted as a record'}
      </h1>
      <div className="space-y-4 p-5">
        <Facts facts={facts} />
        <p className="max-w-[72ch] text-sm text-muted">
          {isEntry
            ? 'This is the first bad place; what stands after it was not looked at, and nothing of the file is shown. Take another copy, or export the incident anew and compare.'
            : 'Nothing of the file is shown. Was it opened and saved in an editor, or cut off on its way? Export it anew, or take another copy.'}{' '}
          <Mono>firebreak audit verify --file</Mono> says the same: it checks by the same rules.
        </p>
      </div>
    </div>
  );
}
