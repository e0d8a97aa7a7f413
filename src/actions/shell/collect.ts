// One stream of a command as far as it is kept: its beginning and its end. Pure.

/** A stream that is being read. */
export type Collected = {
  readonly add: (chunk: Buffer) => void;
  readonly truncated: () => boolean;
  readonly text: () => string;
};

/** How far from the cut a white space is looked for. */
const wordBytes = 4096;
const blank = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Without the word at a cut: half a secret is not recognised any more. A text without white space near the cut is left alone. */
function wholeWords(bytes: Buffer, side: 'beginning' | 'end'): Buffer {
  if (side === 'beginning') {
    const near = bytes.subarray(-wordBytes);
    const at = near.findLastIndex(blank);
    return at < 0 ? bytes : bytes.subarray(0, bytes.length - near.length + at);
  }
  const at = bytes.subarray(0, wordBytes).findIndex(blank);
  return at < 0 ? bytes : bytes.subarray(at + 1);
}

/** Keeps the beginning and the end of a stream, `maxBytes` together. */
export function collect(maxBytes: number): Collected {
  const half = Math.floor(maxBytes / 2);
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let cut = 0;
  return {
    add(chunk) {
      const room = half - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = Buffer.concat([tail, chunk.subarray(Math.max(0, room))]);
      cut += Math.max(0, rest.length - half);
      tail = rest.subarray(Math.max(0, rest.length - half));
    },
    truncated: () => cut > 0,
    text() {
      if (cut === 0) return Buffer.concat([head, tail]).toString('utf8');
      const [first, last] = [wholeWords(head, 'beginning'), wholeWords(tail, 'end')];
      const lost = cut + head.length - first.length + tail.length - last.length;
      return `${first.toString('utf8')}\n… [${lost} bytes cut]\n${last.toString('utf8')}`;
    },
  };
}
