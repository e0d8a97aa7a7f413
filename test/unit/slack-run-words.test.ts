// What a run's messages say of its states, in the words that people read.
import { describe, expect, it } from 'vitest';
import { gateKey, type NodeState } from '../../src/core/run/state.ts';
import type { KillSwitch } from '../../src/ports/admission.ts';
import { approvalMessage } from '../../src/slack/views/approval-message.ts';
import { runMessage } from '../../src/slack/views/run-message.ts';
import { allWaitLines } from '../../src/slack/views/wait-lines.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';
import { rulebook, ruledBy } from '../support/given/rules.ts';
import { roles } from '../support/given/slack-states.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const date = String.raw`<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^>]+>`;

/** Everything that stands in the message, text and blocks. */
function shown({ state, book }: Story, switches: readonly KillSwitch[] = []): string {
  const { text, blocks } = runMessage(state, { switches, playbook: book });
  return [text, ...blocks.map((block) => ('text' in block ? (block.text as { text: string }).text : ''))].join('\n');
}
const small = ({ state, book }: Story) => JSON.stringify(messageOf({ state, book }).blocks.at(-1));
const messageOf = ({ state, book }: Pick<Story, 'state' | 'book'>) =>
  runMessage(state, { switches: [], playbook: book });

describe('the live message', () => {
  it('says what a queued run queues for', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n`), { concurrencyKey: 'checkout' });
    expect(shown(run)).toContain('*Run of test 1.0.0*  ·  ○ *Queued*');
    expect(shown(run)).toContain('Queued behind another run that works on `checkout`  ·  since');
  });

  it('folds the items of a step into one line', () => {
    const run = new Story(
      playbook(
        `  - { id: loop, forEach: { items: "[1, 2, 3, 4, 5]", maxParallel: 2 }, ${shell} }\n  - { id: b, ${shell} }\n`,
      ),
    );
    run.when(look);
    expect(shown(run)).toContain('◔ `loop`  0 of 5 done, 2 running\n');
    run.succeed('loop#0');
    run.fail('loop#1', 'invalid');
    run.when(look);
    expect(shown(run)).toContain('✕ `loop`  1 of 5 done, 2 running, 1 failed: it went wrong\n');
    expect(shown(run)).not.toContain('loop#');
  });

  it('folds what is undone item by item', () => {
    const undo = 'compensate: { uses: shell.run, with: { command: [/bin/false] } }';
    const run = new Story(
      playbook(
        `  - { id: loop, forEach: { items: "[1, 2]", maxParallel: 2 }, ${shell}, ${undo} }\n  - { id: last, uses: assert, with: { that: false }, onFailure: compensate }\n`,
      ),
    );
    run.when(look);
    run.succeed('loop#0');
    run.succeed('loop#1');
    run.fail('last', 'invalid');
    run.when(look);
    expect(shown(run)).toContain('✓ `loop`  2 of 2 done');
    expect(shown(run)).toMatch(/◔ Undo of `loop` {2}0 of \d undone, 1 running/);
  });

  it('says that the final steps follow, and how the run ends then', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n`, `finally:\n  - { id: tidy, ${shell} }\n`));
    run.when(look);
    run.fail('a', 'invalid');
    expect(shown(run)).toContain('◔ *Finishing, then failed*');
    expect(shown(run)).toContain(
      'The steps are over; the final steps follow, then the run ends as *failed*: step a failed',
    );
  });

  it('says that a circuit breaker is open, and until when', () => {
    const run = new Story(playbook(`  - { id: a, uses: http.request, with: { url: "https://example.com/x" } }\n`));
    run.when(look, { admission: { breakerOpenUntil: () => '2026-03-01T00:05:00.000Z' } });
    expect(run.state.nodes['a']?.status).toBe('retry_wait');
    expect(shown(run)).toMatch(
      new RegExp(`○ \`a\` {2}Held back until ${date}: .*example\\.com.* failed again and again`),
    );
  });

  it('says which freeze holds a step, why and until when, without the command that lets it through', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n`));
    const held = { name: 'year-end', reason: 'the books: closed', to: '2026-03-01T00:30:00Z' };
    run.governance = ruledBy(rulebook([], { freezes: [{ ...held, from: '2026-03-01T00:00:00Z' }] }));
    run.when(look);
    expect(shown(run)).toMatch(/○ `a` {2}Frozen until <!date\^1772325000\^[^>]+>: year-end: the books: closed$/m);
    expect(allWaitLines(run.state)).toEqual([
      expect.stringMatching(/^\*`a`\* is frozen until <!date\^1772325000\^[^>]+>: year-end: the books: closed$/),
    ]);
  });

  it('shows times as its reader counts them: of a slot, and in why it ended', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n`), {
      trigger: { type: 'schedule', schedule: 'nightly', slotAt: '2026-03-01T02:00:00.000Z' },
    });
    run.state = {
      ...run.state,
      status: 'failed',
      finishedAt: start,
      reason: 'no answer until 2026-03-01T02:00:00.000Z',
    };
    expect(shown(run)).toMatch(new RegExp(`\\*Why:\\* no answer until ${date}$`, 'm'));
    expect(small(run)).toMatch(new RegExp(`by the schedule \`nightly\` for ${date}`));
  });

  it('names the run that carries out a step, and the one that called this one', () => {
    const child = playbook(`  - { id: a, ${shell} }\n`);
    const run = new Story(playbook('  - { id: call, uses: playbook, with: { playbook: other } }\n'));
    run.library = () => child;
    run.when(look);
    expect(shown(run)).toContain('◔ `call`  Running, by run `run_child1`');
    const called = new Story(child);
    called.state = { ...called.state, trigger: { type: 'run', runId: 'run_above', step: 'call', depth: 1 } };
    expect(small(called)).toContain('called by step `call` of `run_above`');
  });

  it('says that nothing starts while a kill switch is engaged, by whom and why', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n`));
    const halt = { scope: '*', by: ana, reason: 'the <!channel> is on fire', at: start };
    expect(shown(run, [halt])).toContain('◐ *Halted*');
    expect(shown(run, [halt])).toMatch(
      new RegExp(`\\*All automation is halted\\* by ana: “the &lt;!channel&gt; is on fire” {2}· {2}since ${date}`),
    );
    expect(shown(run, [{ ...halt, scope: 'test' }])).toContain('*test is halted*');
    expect(shown(run, [{ ...halt, scope: 'another' }])).not.toContain('alted');
  });

  it('offers a way on when a failed step waits for people', () => {
    const run = new Story(playbook(`  - { id: a, ${shell}, onFailure: escalate }\n`));
    run.when(look);
    run.fail('a', 'invalid');
    expect(JSON.stringify(messageOf(run).blocks)).toContain('"run_retry"');
  });
});

describe('the question whether to start at all', () => {
  const run = new Story(playbook(`  - { id: a, ${shell} }\n`), {
    gate: { reason: 'a storm of alerts', from: ['@sre'] },
  });
  run.when(look);
  const request = () => {
    const [one] = Object.values(run.state.approvals);
    if (!one) throw new Error('nothing was asked');
    return JSON.stringify(approvalMessage(run.state, one, roles));
  };

  it('is asked in clear words', () => {
    expect((run.state.nodes[gateKey] as NodeState).status).toBe('awaiting_approval');
    expect(request()).toContain('*Start test?*');
    expect(request()).toContain('Why: a storm of alerts');
    expect(request()).toContain('"Start it"');
    expect(request()).toContain('"Do not start"');
    expect(shown(run)).toContain('◐ Start of the run  Waiting for approval');
    expect(shown(run)).toContain('Waiting for @sre to start the run at all  ·  since');
    expect(request() + shown(run)).not.toContain('~start');
  });

  it('is answered in clear words', () => {
    run.approve(ana);
    expect(request()).toContain('✓ *<@U0ANA> approved*: Start test');
  });
});
