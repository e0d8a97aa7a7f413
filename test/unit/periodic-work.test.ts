// Periodic work over clocks that are set: node-cron counts by the wall clock, and rests until a next time that was told before it was set back.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { every } from '../../src/platform/lifecycle.ts';

const hour = 3_600_000;
let stop: () => Promise<void>;
let times = 0;

beforeEach(() => {
  vi.useFakeTimers({
    now: Date.parse('2026-03-02T00:00:00.500Z'),
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  times = 0;
  stop = every('*/2 * * * * *', async () => {
    times += 1;
  });
});
afterEach(async () => {
  await stop();
  vi.useRealTimers();
});

describe('Work that is done every two seconds', () => {
  it('is done every two seconds', async () => {
    await vi.advanceTimersByTimeAsync(20_000);
    expect(times).toBe(10);
  });

  it('goes on within seconds after a clock that ran ahead is set back', async () => {
    vi.setSystemTime(Date.now() + hour);
    await vi.advanceTimersByTimeAsync(10_000);
    vi.setSystemTime(Date.now() - hour);
    times = 0;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(times).toBeGreaterThanOrEqual(8);
  });

  it('does not go through every time of three days by which the clock is set ahead', async () => {
    const started = process.cpuUsage();
    vi.setSystemTime(Date.now() + 72 * hour);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(times).toBeGreaterThanOrEqual(3);
    // node-cron looks for each of the 130 000 times between, which takes ten seconds and more.
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
  });

  it('is done no more once it is stopped, whatever the clock does', async () => {
    await stop();
    vi.setSystemTime(Date.now() - hour);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(times).toBe(0);
  });
});
