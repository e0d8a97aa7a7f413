// The list of keys.
import { Dialog, DialogBody } from '../kit/dialog.tsx';
import { Kbd } from '../kit/parts.tsx';
import { places } from './places.ts';

const keys: readonly (readonly [readonly string[], string])[] = [
  [['/'], 'Search, and go anywhere'],
  [['⌘', 'K'], 'The same'],
  [['j'], 'Next row of a list'],
  [['k'], 'Row before'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Close what is open'],
  [['?'], 'This list'],
];

/** Shows it. */
export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const goes = places.map(({ key, name }) => [['g', key], `Go to ${name}`] as const);
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard">
      <DialogBody>
        <dl className="grid grid-cols-1 gap-x-8 gap-y-1 sm:grid-cols-2">
          {[...goes, ...keys].map(([pressed, what]) => (
            <div key={what + pressed.join('')} className="flex h-8 items-center justify-between gap-3 border-b">
              <dt className="text-sm text-muted">{what}</dt>
              <dd className="flex gap-1">
                {pressed.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </DialogBody>
    </Dialog>
  );
}
