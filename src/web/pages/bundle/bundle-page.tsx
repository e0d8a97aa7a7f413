// An exported bundle, opened from a file: verified here, then shown. Asks no server for anything, also of whoever has signed in.
import { Flame } from 'lucide-react';
import { Tooltip } from 'radix-ui';
import { type DragEvent, useEffect, useState } from 'react';
import { basePath } from '../../data/base.ts';
import { cx } from '../../kit/tone.ts';
import { Broken } from './broken.tsx';
import { BundledIncident } from './bundled-incident.tsx';
import { ChooseFile } from './choose-file.tsx';
import { Progress } from './progress.tsx';
import { type BundleOpening, useBundle } from './use-bundle.ts';
import { Verified } from './verified.tsx';

/** The page. */
export function BundlePage() {
  const { opening, open } = useBundle();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    // Names are written in many scripts, and what is read offline can ask for nothing any more.
    for (const face of document.fonts) face.load().catch(() => undefined);
  }, []);
  useEffect(() => {
    document.title = opening.status === 'none' ? 'Open a bundle · Firebreak' : `${opening.name} · Firebreak`;
  }, [opening]);
  const over = (is: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(is);
  };
  const drop = (event: DragEvent) => {
    over(false)(event);
    const [file] = event.dataTransfer.files;
    if (file) open(file);
  };
  return (
    <Tooltip.Provider delayDuration={350}>
      <main
        id="content"
        onDragOver={over(true)}
        onDragLeave={over(false)}
        onDrop={drop}
        className={cx('h-full overflow-y-auto', isOver && 'outline-2 -outline-offset-2 outline-accent')}
      >
        <div className="mx-auto max-w-[1200px] px-4 pb-12 md:px-6">
          <header className="flex flex-wrap items-center gap-x-3 gap-y-2 py-4">
            <a href={basePath} className="flex items-center gap-2 rounded-sm font-semibold">
              <Flame className="size-4 text-accent" aria-hidden="true" /> Firebreak
            </a>
            <span className="text-muted">Exported bundle</span>
            {opening.status !== 'none' && (
              <span className="ml-auto">
                <ChooseFile open={open} label="Open another" isSmall />
              </span>
            )}
          </header>
          <Shown opening={opening} open={open} isOver={isOver} />
        </div>
      </main>
    </Tooltip.Provider>
  );
}

function Shown({ opening, open, isOver }: { opening: BundleOpening; open: (file: File) => void; isOver: boolean }) {
  switch (opening.status) {
    case 'none':
      return <Invitation open={open} isOver={isOver} />;
    case 'opening':
      return <Progress name={opening.name} step={opening.step} />;
    case 'bad':
      return <Broken name={opening.name} place={opening.place} />;
    case 'failed':
      return (
        <div role="alert" className="mx-auto mt-[12vh] max-w-lg rounded-lg border border-strong bg-surface p-4">
          <h1 className="font-medium">{opening.name} could not be read</h1>
          <p className="mt-1 text-sm">
            {opening.message}. The file is untouched;{' '}
            <code className="font-mono text-xs">firebreak audit verify --file</code> checks it by the same rules.
          </p>
        </div>
      );
    case 'ok':
      return (
        <div className="space-y-6">
          <Verified opened={opening} />
          <BundledIncident key={opening.opening} opened={opening} />
        </div>
      );
  }
}

const Invitation = ({ open, isOver }: { open: (file: File) => void; isOver: boolean }) => (
  <div
    className={cx(
      'mt-[8vh] flex flex-col items-center gap-4 rounded-lg border border-dashed px-6 py-14 text-center',
      isOver ? 'border-accent bg-surface' : 'border-strong',
    )}
  >
    <h1 className="text-xl font-semibold">Open an exported bundle</h1>
    <p className="max-w-[56ch] text-muted">
      Drop a <code className="font-mono text-xs">.bundle.json</code> here: an incident that was exported as a bundle, or
      one that was archived. Every entry, the evidence, the checkpoint and the signature are verified in this browser.
      The file is sent nowhere, and no server is asked.
    </p>
    <ChooseFile open={open} label="Choose a file" />
    <p className="max-w-[56ch] text-xs text-muted">
      Made by <code className="font-mono">firebreak timeline export 7 --format bundle</code> or{' '}
      <code className="font-mono">firebreak archive</code>. Up to 256 MB.
    </p>
  </div>
);
