// An empty form keeps the place of one whose words take long to look up: no trigger is lost to a slow database.
import type { ModalView } from '@slack/types';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redact.ts';
import { createFormPlaces } from '../../src/slack/inbound/form-places.ts';
import { saidForm } from '../../src/slack/views/form.ts';
import { ManualClock, settled } from '../support/given/clocks.ts';

type Call = {
  readonly method: 'open' | 'update';
  readonly atMs: number;
  readonly text: string;
  readonly hash?: string;
};

/** Slack's side: a trigger is good for three seconds and once; a form that was closed is gone. */
function given({ opensAfterMs = 0 } = {}) {
  const clock = new ManualClock();
  const calls: Call[] = [];
  let isClosed = false;
  const refused = (error: string) =>
    Object.assign(new Error(error), { code: 'slack_webapi_platform_error', data: { ok: false, error } });
  const text = (view: ModalView) => JSON.stringify(view.blocks);
  const client = {
    views: {
      async open({ view }: { view: ModalView }) {
        if (calls.some(({ method }) => method === 'open')) throw refused('exchanged_trigger_id');
        if (clock.nowMs() > 3000) throw refused('expired_trigger_id');
        calls.push({ method: 'open', atMs: clock.nowMs(), text: text(view) });
        if (opensAfterMs > 0) await clock.sleep(opensAfterMs);
        return { view: { id: 'V1', hash: 'h1' } };
      },
      async update({ view, hash }: { view: ModalView; hash?: string }) {
        if (isClosed) throw refused('not_found');
        calls.push({ method: 'update', atMs: clock.nowMs(), text: text(view), ...(hash ? { hash } : {}) });
        return {};
      },
    },
  };
  const deps = { client: client as never, redact: createRedactor([]), clock, log: pino({ level: 'silent' }) };
  const close = () => {
    isClosed = true;
  };
  return { clock, calls, places: createFormPlaces(deps), close };
}

/** Four questions to a database that takes a second for each. */
const slowly = async (clock: ManualClock) => {
  for (let query = 0; query < 4; query++) await clock.sleep(1000);
};

describe('a form whose words take long', () => {
  it('is opened at once as an empty one, and filled after four queries of a second each', async () => {
    const { clock, calls, places } = given();
    const reply = places.during('t1', async () => {
      await slowly(clock);
      return places.open('t1', saidForm('the choices'));
    });
    await clock.pass(5000);
    expect(await reply).toBeNull();
    expect(calls.map(({ method, atMs, hash }) => [method, atMs, hash])).toEqual([
      ['open', 400, undefined],
      ['update', 4000, 'h1'],
    ]);
    expect(calls[0]?.text).toContain('One moment');
    expect(calls[1]?.text).toContain('the choices');
  });

  it('shows there what was answered without a form, and what went wrong', async () => {
    const { clock, calls, places } = given();
    const reply = places.during('t1', async () => {
      await slowly(clock);
      return 'There are no playbooks.';
    });
    await clock.pass(5000);
    expect(await reply).toBeNull();
    expect(calls.at(-1)?.text).toContain('There are no playbooks.');

    const other = given();
    const failed = other.places.during('t1', async () => {
      await slowly(other.clock);
      throw new Error('the database is away');
    });
    const caught = failed.catch((error: unknown) => String(error));
    await other.clock.pass(5000);
    expect(await caught).toContain('the database is away');
    expect(other.calls.at(-1)?.text).toContain('Nothing was changed');
    expect(JSON.stringify(other.calls)).not.toContain('database is away');
  });

  it('that somebody has closed meanwhile leaves the answer to be told', async () => {
    const { clock, places, close } = given();
    const reply = places.during('t1', async () => {
      await slowly(clock);
      return 'There are no playbooks.';
    });
    await clock.pass(1000);
    close();
    await clock.pass(5000);
    expect(await reply).toBe('There are no playbooks.');
  });

  it('is filled also where Slack is slow to open the empty one', async () => {
    const { clock, calls, places } = given({ opensAfterMs: 2000 });
    const reply = places.during('t1', async () => {
      await clock.sleep(500);
      return places.open('t1', saidForm('the choices'));
    });
    await clock.pass(5000);
    expect(await reply).toBeNull();
    expect(calls.map(({ method }) => method)).toEqual(['open', 'update']);
  });
});

describe('a form whose words are there at once', () => {
  it('is opened as it is, once, and no empty one before or after it', async () => {
    const { clock, calls, places } = given();
    const reply = places.during('t1', async () => {
      const said = await places.open('t1', saidForm('the choices'));
      await clock.sleep(1000);
      return said;
    });
    await clock.pass(2000);
    expect(await reply).toBeNull();
    expect(calls.map(({ method, atMs }) => [method, atMs])).toEqual([['open', 0]]);
  });

  it('is not opened where the answer is a sentence', async () => {
    const { clock, calls, places } = given();
    expect(await places.during('t1', async () => 'Nothing is halted.')).toBe('Nothing is halted.');
    expect(await places.during(null, async () => 'Nothing is halted.')).toBe('Nothing is halted.');
    await clock.pass(1000);
    await settled();
    expect(calls).toEqual([]);
  });
});
