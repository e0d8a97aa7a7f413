// Log records for a person at a terminal. Never used for files or collectors.
import { Writable } from 'node:stream';
import { prettyFactory } from 'pino-pretty';

/** A stream that prints records readably on standard error, in colour on a terminal only. */
export function pretty(): Writable {
  const format = prettyFactory({
    colorize: process.stderr.isTTY === true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
  });
  return new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      process.stderr.write(format(String(line)) ?? '', () => done());
    },
  });
}
