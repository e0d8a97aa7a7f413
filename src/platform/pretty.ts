// Log records for a person at a terminal. Never used for files or collectors.
import { Writable } from 'node:stream';
import { prettyFactory } from 'pino-pretty';

/** A stream that prints records readably, in colour on a terminal only. */
export function pretty(destination: Writable = process.stderr): Writable {
  const format = prettyFactory({
    colorize: destination === process.stderr && process.stderr.isTTY === true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
  });
  return new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      destination.write(format(String(line)) ?? '', () => done());
    },
  });
}
