// What a delivery said, made readable: JSON with its lines, everything else as it came. Pure; it is shown as text only.

/** The body as people read it. `isWhole`: false where the server cut it. */
export type ReadableBody = { readonly text: string; readonly isJson: boolean; readonly isWhole: boolean };

/** Makes a body readable; one that was cut stays as it is, because half of a JSON is none. */
export function readableBody({ body, bodyBytes }: { readonly body: string; readonly bodyBytes: number }): ReadableBody {
  const isWhole = new TextEncoder().encode(body).length >= bodyBytes;
  try {
    return { text: JSON.stringify(JSON.parse(body), null, 2), isJson: true, isWhole };
  } catch {
    return { text: body, isJson: false, isWhole };
  }
}

/** `12.3 kB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
