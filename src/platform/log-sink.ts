// Where the log is written, so that it never ends or holds up the process: a pipe that nobody reads, a full disk, a terminal that is
// gone. What cannot be written is dropped and counted, and said as soon as something can be written again. Formats nothing.
import { constants, fstatSync, openSync, writeSync } from 'node:fs';

/** Bytes that wait for a reader that is slow. */
const maxWaitingBytes = 1_048_576;
/** A full pipe is tried again after so many milliseconds. */
const retryMs = 50;

/** How the log stands. */
export type LogState = {
  /** Lines that were never written. */
  readonly dropped: number;
  /** Why lines are dropped or wait right now; null: they are written. */
  readonly error: string | null;
};

/** A sink for lines. */
export type LogSink = {
  readonly write: (line: string) => void;
  readonly state: () => LogState;
};

/** What writes bytes: answers how many it took. Throws as `fs.writeSync` does. */
export type WriteBytes = (bytes: Buffer) => number;

/**
 * A sink on a descriptor of this process.
 * @param write instead of the descriptor, for tests
 */
export function createLogSink(fd: number, write: WriteBytes = writerOf(fd)): LogSink {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let untold = 0;
  let error: string | null = null;
  let timer: NodeJS.Timeout | undefined;

  function drop(lines: number, why: string): void {
    dropped += lines;
    untold += lines;
    error = why;
  }

  function enqueue(bytes: Buffer): void {
    waiting.push(bytes);
    waitingBytes += bytes.length;
  }

  /** Writes what waits, as far as it is taken. */
  function flush(): void {
    try {
      for (let first = waiting[0]; first; first = waiting[0]) {
        const taken = write(first);
        waitingBytes -= taken;
        if (taken < first.length) waiting[0] = first.subarray(taken);
        else waiting.shift();
      }
      error = null;
      if (untold > 0) {
        // Written again: what was lost is said.
        const told = Buffer.from(droppedLine(untold));
        untold = 0;
        enqueue(told);
        flush();
      }
    } catch (reason) {
      const code = codeOf(reason);
      // Full: the reader is slow, or stands still.
      if (code === 'EAGAIN') {
        error = 'nobody reads it';
        timer ??= setTimeout(() => {
          timer = undefined;
          flush();
        }, retryMs).unref();
        return;
      }
      drop(waiting.length, code);
      waiting = [];
      waitingBytes = 0;
    }
  }

  return {
    write(line) {
      const bytes = Buffer.from(line);
      if (waitingBytes + bytes.length > maxWaitingBytes) return drop(1, 'nobody reads it');
      enqueue(bytes);
      if (timer === undefined) flush();
    },
    state: () => ({ dropped, error }),
  };
}

const droppedLine = (lines: number) =>
  `${JSON.stringify({ level: 40, time: Date.now(), dropped: lines, msg: `${lines} lines of the log could not be written and are lost` })}\n`;

const codeOf = (reason: unknown): string =>
  reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason);

/** Writes to a descriptor without ever waiting, as far as the system allows. */
function writerOf(fd: number): WriteBytes {
  let own = fd;
  try {
    const stat = fstatSync(fd);
    // An opening of our own, so that whoever shares the pipe is not surprised. Elsewhere than on Linux there is none to be had.
    if (stat.isFIFO()) own = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
    // Node makes a socket that it wraps non-blocking; it is not written through, only made so.
    else if (stat.isSocket() && fd === 2) process.stderr.on('error', () => undefined);
  } catch {
    own = fd;
  }
  return (bytes) => writeSync(own, bytes);
}
