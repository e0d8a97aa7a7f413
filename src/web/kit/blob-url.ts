// An address of bytes, as long as they are shown.
import { useEffect, useState } from 'react';

/** The address; null: there are none yet. It is taken back with what shows it. */
export function useBlobUrl(content: Uint8Array<ArrayBuffer> | Blob | undefined, type: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (content === undefined) return;
    const made = URL.createObjectURL(new Blob([content], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [content, type]);
  return url;
}
