// Records: one line each, nothing secret, nothing a terminal would obey, and no value that can break the logger.
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redact.ts';
import { createLog } from '../../src/platform/log.ts';

const secret = 'hunter2-hunter2';
function logged(format: 'json' | 'pretty', record: object, message: string): string {
  let written = '';
  const write = (line: string) => {
    written += line;
  };
  createLog({ level: 'info', format, redact: createRedactor([{ name: 'known', value: secret }]) }, { write }).info(
    record,
    message,
  );
  return written;
}

describe('a log record', () => {
  for (const format of ['json', 'pretty'] as const) {
    it(`as ${format} holds no secret, wherever it stands`, () => {
      const error = new Error(`refused ${secret}`, { cause: new Error(`because ${secret}`) });
      const text = logged(
        format,
        { err: error, deep: { list: [secret] }, authorization: 'abc', x: { apiKey: 'def' } },
        secret,
      );
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/abc|def/);
      expect(text).toContain('refused [secret:known]');
    });

    it(`as ${format} is one line, whatever an alert says`, () => {
      const text = logged(format, { title: 'a\r\nFAKE {"level":50}\u001b[2J' }, 'b\r\nFAKE\u001b]0;x\u0007');
      expect(text).not.toMatch(/^FAKE/m);
      expect(text).not.toContain('\u001b');
      expect(text).not.toContain('\r');
    });
  }

  it('survives what cannot be logged', () => {
    const ring: { self?: object } = {};
    ring.self = ring;
    expect(JSON.parse(logged('json', { ring, big: 1n, none: undefined }, 'x'))).toMatchObject({
      ring: '[cannot be logged]',
      big: '1',
      msg: 'x',
    });
  });
});
