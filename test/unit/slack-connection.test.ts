// The connection to Slack: tried in the background for as long as it takes, told once, made again when it was lost.
import { describe, expect, it } from 'vitest';
import { createConnection } from '../../src/slack/connection.ts';
import { ManualClock } from '../support/given/clocks.ts';

/** A Slack that refuses while there is a reason; `null`: it takes everything. */
function given({ socket = false } = {}) {
  const world: { refusal: Error | null; silent: boolean; tries: number; opened: number; lose: () => void } = {
    refusal: null,
    silent: false,
    tries: 0,
    opened: 0,
    lose: () => undefined,
  };
  const answer = async () => {
    world.tries += 1;
    if (world.silent) await new Promise(() => undefined);
    if (world.refusal) throw world.refusal;
  };
  const clock = new ManualClock();
  const told: string[] = [];
  const connection = createConnection({
    init: answer,
    probe: answer,
    socket: socket
      ? {
          async open() {
            world.opened += 1;
          },
          onLost(lost) {
            world.lose = lost;
          },
        }
      : null,
    report: (_, status, error) => void told.push(error === undefined ? status : `${status}: ${error}`),
    clock,
    random: () => 1,
  });
  return { world, clock, told, connection };
}

describe('the connection to Slack', () => {
  it('does not hold up a start that Slack does not answer, and says that it is away', async () => {
    const { world, clock, told, connection } = given();
    world.silent = true;
    let started = false;
    void connection.start().then(() => {
      started = true;
    });
    await clock.pass(1000);
    expect(started).toBe(true);
    await clock.pass(30_000);
    expect([connection.isReady(), connection.isUp(), world.tries]).toEqual([false, false, 1]);
    expect(told.at(-1)).toMatch(/^away: Slack has not answered/);
  });

  it('is tried again with growing pauses while Slack refuses, and stands as soon as it does not', async () => {
    const { world, clock, told, connection } = given();
    world.refusal = new Error('invalid_auth');
    await connection.start();
    await clock.pass(120_000);
    expect(world.tries).toBeGreaterThan(5);
    expect(world.tries).toBeLessThan(15);
    expect(told.at(-1)).toBe('away: invalid_auth');
    world.refusal = null;
    await clock.pass(30_000);
    expect([connection.isReady(), connection.isUp(), told.at(-1)]).toEqual([true, true, 'up']);
  });

  it('says what to do where a token is worth nothing any more', async () => {
    const { world, told, connection } = given();
    world.refusal = Object.assign(new Error('An API error occurred: token_revoked'), {
      ...{ code: 'slack_webapi_platform_error', data: { ok: false, error: 'token_revoked' } },
    });
    await connection.start();
    expect(told.at(-1)).toBe('away: Slack says token_revoked; install the app again and give Firebreak its new tokens');
    connection.stop();
  });

  it('is looked at when a call went wrong, and stays ready for requests while Slack is away', async () => {
    const { world, clock, connection } = given();
    await connection.start();
    world.refusal = new Error('it is not there');
    connection.doubt();
    await clock.pass(1000);
    expect([connection.isReady(), connection.isUp()]).toEqual([true, false]);
  });

  it('opens a socket that was lost again', async () => {
    const { world, clock, connection } = given({ socket: true });
    await connection.start();
    expect(world.opened).toBe(1);
    world.lose();
    await clock.pass(2000);
    expect(world.opened).toBe(2);
    connection.stop();
  });
});
