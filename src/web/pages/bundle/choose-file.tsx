// A button that chooses a file. The same file may be chosen twice.
import { FileUp } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../../kit/button.tsx';

/** The button. */
export function ChooseFile({
  open,
  label,
  isSmall = false,
}: {
  open: (file: File) => void;
  label: string;
  isSmall?: boolean;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        kind={isSmall ? 'plain' : 'main'}
        size={isSmall ? 'small' : 'normal'}
        onClick={() => input.current?.click()}
      >
        <FileUp className="size-3.5" aria-hidden="true" /> {label}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="Bundle"
        tabIndex={-1}
        className="sr-only"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file) open(file);
        }}
      />
    </>
  );
}
