// Where the log goes may be full, gone or stuck: the program goes on, and what was lost is counted and said.
import { describe, expect, it, vi } from 'vitest';
import { createLogSink } from '../../src/platform/log-sink.ts';

/** A sink whose descriptor fails with a code while there is one. */
function given() {
  const world: { code: string | null; written: string } = { code: null, written: '' };
  const sink = createLogSink(2, (bytes) => {
    if (world.code !== null) throw Object.assign(new Error('it does not work'), { code: world.code });
    world.written += bytes.toString();
    return bytes.length;
  });
  return { world, sink };
}

describe('the log sink', () => {
  for (const code of ['ENOSPC', 'EIO', 'EPIPE'])
    it(`drops and counts lines at ${code}, and says how many once it can`, () => {
      const { world, sink } = given();
      world.code = code;
      for (let i = 0; i < 3; i++) sink.write(`${i}\n`);
      expect(sink.state()).toEqual({ dropped: 3, error: code });
      world.code = null;
      sink.write('again\n');
      expect(world.written).toMatch(/^again\n.*"dropped":3/);
      expect(sink.state()).toEqual({ dropped: 3, error: null });
    });

  it('keeps lines for a reader that is slow, up to a bound, and in their order', () => {
    vi.useFakeTimers();
    try {
      const { world, sink } = given();
      world.code = 'EAGAIN';
      sink.write('first\n');
      sink.write('second\n');
      expect(sink.state()).toEqual({ dropped: 0, error: 'nobody reads it' });
      for (let i = 0; i < 20; i++) sink.write('x'.repeat(100_000));
      expect(sink.state().dropped).toBe(10);
      world.code = null;
      vi.advanceTimersByTime(100);
      expect(world.written.startsWith('first\nsecond\n')).toBe(true);
      expect(world.written).toContain('"dropped":10');
      expect(sink.state()).toEqual({ dropped: 10, error: null });
    } finally {
      vi.useRealTimers();
    }
  });
});
