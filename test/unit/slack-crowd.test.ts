// Many new incidents at once, each with a request, at the rates that Slack publishes, on a clock of our own: nobody waits for a request or
// for the answer to a click longer than Slack makes everybody wait, and Slack never has to refuse a call.

import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import type { Message } from '../../src/sandbox/entities.ts';
import { createTellings } from '../../src/slack/outbound/tellings.ts';
import { ManualClock, settled } from '../support/given/clocks.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';
import { anAlert, type Past, received } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

type World = Awaited<ReturnType<typeof givenTelling>>;
let world: World;
afterEach(() => world?.sandbox.close());

const crowd = 40;
const numbers = Array.from({ length: crowd }, (_, n) => n);
const idOf = (n: number) => `inc_${String(n).padStart(26, '0')}`;
const roles = { sre: { users: ['U0ANA'], groups: [], people: [], tokens: [] } };
const book = playbook(
  '  - { id: a, uses: shell.run, with: { command: [/bin/true] }, risk: high, approval: { from: ["@sre"], expiresIn: 2h } }\n',
);
/** Slack makes 20 channels a minute. */
const allChannelsMs = (crowd * 60_000) / 20;

/** Nothing is under way, and nothing more follows from what has happened. */
async function calm(): Promise<void> {
  for (let quiet = 0; quiet < 4; quiet++) {
    await settled();
    if (world.calls.underWay > 0) quiet = -1;
  }
}

/** Incidents with a run each that asks, all new. */
async function givenCrowd() {
  const clock = new ManualClock(calm);
  clock.ms = Date.parse(start);
  const settings = { invite: ['U0BEN'] };
  const membersOf = (name: string) => (name === '@sre' ? ['U0ANA'] : [name]);
  world = await givenTelling(settings, [], { roles, membersOf, clock, rateLimits: true });
  world.books.set(playbookRef(book).digest, book);
  const { notify } = world.start();
  const tellings = createTellings(notify, pino({ level: 'silent' }));
  const runs = numbers.map((n) => new Story(book, { runId: `run_${String(n).padStart(26, '0')}` }));
  const links = ['Runbook', 'Dashboard'].map((label) => ({ label, url: `https://wiki.test/${label}` }));
  const tell = (n: number, run: Story) => {
    const id = idOf(n);
    world.opening.set(id, anAlert('a', { links }));
    const data = { number: n + 1, title: 'down', severity: 1, groupKey: `group-${n}` };
    const opened: Past = { type: 'incident.opened', data, at: start };
    world.runs.set(id, [{ ...run.state, incidentId: id }]);
    tellings.begin(id, world.put(id, opened, received('a')).version);
  };
  for (const [n, run] of runs.entries()) {
    run.when({ type: 'advance' });
    tell(n, run);
  }
  return { clock, tellings, runs, tell };
}

const requestOf = (n: number): Message | undefined =>
  world.channelOf(idOf(n))?.messages.find(({ text }) => /^(Approval needed|✓ \*<@U0ANA> approved)/.test(text));
const isAsking = (message: Message | undefined) => JSON.stringify(message?.blocks ?? []).includes('approval_approve');

/** Somebody reads a request, and clicks; then the next. */
const clickEveryMs = 2000;

it('asks as soon as Slack makes channels, shows each decision at once, furnishes in the end, and is never refused', async () => {
  const { clock, tellings, runs, tell } = await givenCrowd();
  const askedAtMs = new Map<number, number>();
  const shownAfterMs = new Map<number, number>();
  const began = clock.ms;
  let lastClickMs = began;
  const clickedAt = new Map<number, number>();
  while (shownAfterMs.size < crowd && clock.ms - began < 10 * 60_000) {
    await clock.pass(250);
    for (const [n, run] of runs.entries()) {
      const request = requestOf(n);
      if (isAsking(request) && !askedAtMs.has(n)) askedAtMs.set(n, clock.ms);
      if (isAsking(request) && !clickedAt.has(n) && clock.ms - lastClickMs >= clickEveryMs) {
        lastClickMs = clock.ms;
        clickedAt.set(n, clock.ms);
        run.approve(ana);
        tell(n, run);
      }
      const clickedMs = clickedAt.get(n);
      if (clickedMs !== undefined && !shownAfterMs.has(n) && !isAsking(request))
        shownAfterMs.set(n, clock.ms - clickedMs);
    }
  }
  expect(Math.max(...shownAfterMs.values())).toBeLessThan(1000);
  const asked = [...askedAtMs.values()].map((ms) => ms - began).sort((a, b) => a - b);
  // 20 posts at once, then 200 a minute.
  expect(asked[14]).toBeLessThan(10_000);
  expect(asked.at(-1)).toBeLessThan(allChannelsMs);
  await clock.pass(10 * 60_000);
  await tellings.ended();
  const channels = numbers.map((n) => world.channelOf(idOf(n)));
  expect(channels.filter((one) => one?.pins.size === 1 && one.bookmarks.length === 3)).toHaveLength(crowd);
  expect(channels.filter((one) => ['U0ANA', 'U0BEN'].every((user) => one?.members.has(user)))).toHaveLength(crowd);
  expect(world.calls.answered.filter((status) => status === 429)).toEqual([]);
}, 60_000);

it('news of an incident costs its topic no turn, however often there is some', async () => {
  const { clock, runs, tell } = await givenCrowd();
  // Half of 15 turns at once, then one in 3 s; the first channels are there at once.
  for (let passedMs = 0; passedMs < allChannelsMs + 15_000; passedMs += 10_000) {
    await clock.pass(10_000);
    for (const [n, run] of runs.entries()) tell(n, run);
  }
  const topics = numbers.map((n) => world.channelOf(idOf(n))?.topic ?? '');
  expect(topics.filter((topic) => topic.includes('| open |'))).toHaveLength(crowd);
}, 60_000);

it('a job only begins a telling, and keeps nobody waiting', async () => {
  const ends: (() => void)[] = [];
  const notify = vi.fn((_id: string) => new Promise<void>((end) => ends.push(end)));
  const tellings = createTellings(notify, pino({ level: 'silent' }));
  for (const n of numbers) tellings.begin(idOf(n));
  expect(notify).toHaveBeenCalledTimes(crowd);
  let isOver = false;
  const over = tellings.ended().then(() => {
    isOver = true;
  });
  for (const end of ends.slice(1)) end();
  await settled();
  expect(isOver).toBe(false);
  ends[0]?.();
  await over;
});
