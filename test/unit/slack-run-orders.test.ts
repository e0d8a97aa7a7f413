// What the live message of a run says of its steps by name, and that it offers only orders that would be taken, named by their effect.
import { describe, expect, it } from 'vitest';
import { runMessage } from '../../src/slack/views/run-message.ts';
import { ana, ben, playbook, Story } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const undo = 'compensate: { uses: shell.run, with: { command: [/bin/false] } }';

const messageOf = ({ state, book }: Story) => runMessage(state, { switches: [], playbook: book });
const words = (run: Story): string =>
  messageOf(run)
    .blocks.map((block) => (block.type === 'section' ? (block.text?.text ?? '') : ''))
    .join('\n');
const buttons = (run: Story): readonly string[] =>
  messageOf(run).blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.flatMap((one) => (one.type === 'button' ? [one.text.text] : [])) : [],
  );

describe('the steps of a run', () => {
  it('are called as the playbook names them, with how long each took and what comes next', () => {
    const run = new Story(
      playbook(
        `  - { id: a, name: Take a snapshot, ${shell} }\n  - { id: b, name: Restart, ${shell} }\n  - { id: c, ${shell} }\n`,
      ),
    );
    run.when(look);
    run.later(3000).succeed('a');
    run.when(look);
    expect(words(run)).toContain('✓ Take a snapshot  Done, 3 s\n◔ Restart  Running\n○ `c`  Next');
  });

  it('that may fail as planned never lead a run with a failure', () => {
    const run = new Story(
      playbook(`  - { id: a, name: Snapshot, onFailure: continue, ${shell} }\n  - { id: b, ${shell} }\n`),
    );
    run.when(look);
    run.fail('a', 'invalid');
    run.when(look);
    run.succeed('b');
    run.when(look);
    expect(words(run)).toContain('✓ *Done*');
    expect(words(run)).toContain('○ Snapshot  Failed, continued as planned: it went wrong');
    expect(words(run)).not.toContain('✕');
    expect(buttons(run)).toEqual([]);
  });

  it('that somebody says are done say who said it, and no duration that nobody measured', () => {
    const run = new Story(playbook(`  - { id: a, name: Rotate, replay: ask, ${shell} }\n`));
    run.when(look);
    run.fail('a', 'unknown_outcome');
    expect(words(run)).toContain('◐ *Decision needed*');
    expect(words(run)).toContain('*Did* *Rotate* *take effect?*');
    expect(buttons(run)).toEqual(['Rotate did take effect', 'It did not: try again']);
    run.later(178_000).order('done');
    expect(words(run)).toContain('✓ Rotate  Marked done by <@U0ANA>');
    expect(words(run)).not.toMatch(/Rotate .*2 m 58 s/);
  });

  it('of an ended run offer nothing once its incident is closed', () => {
    const run = new Story(playbook(`  - { id: a, name: Rotate, ${shell} }\n`));
    run.when(look);
    run.fail('a', 'invalid');
    run.when(look);
    expect(buttons(run)).toEqual(['Retry Rotate']);
    const { blocks } = runMessage(run.state, { switches: [], playbook: run.book, isClosed: true });
    expect(blocks.some(({ type }) => type === 'actions')).toBe(false);
  });

  it('that are undone say so with an icon of their own, in the line of the step', () => {
    const run = new Story(
      playbook(`  - { id: a, name: Drain, ${shell}, ${undo} }\n  - { id: b, name: Switch, ${shell} }\n`),
    );
    run.when(look);
    run.succeed('a');
    run.when(look);
    run.fail('b', 'invalid');
    run.when(look);
    run.order('compensate');
    run.when(look);
    expect(words(run)).toContain('◔ Drain  Undoing');
    run.succeed('a~undo');
    run.when(look);
    expect(words(run)).toContain('↺ *Undone*');
    expect(words(run)).toContain('↺ Drain  Undone');
    expect(words(run)).not.toContain('✓ Drain');
    expect(buttons(run)).toEqual([]);
  });
});

describe('a run that waits for people', () => {
  it('says for whom and what for, and who has agreed already', () => {
    const rule = 'risk: high, approval: { from: ["@sre"], quorum: 2, expiresIn: 15m }';
    const run = new Story(playbook(`  - { id: a, name: Failover, ${shell}, ${rule} }\n`));
    run.when(look);
    expect(words(run)).toContain('◐ *Waiting for approval*');
    expect(words(run)).toContain('Waiting for 2 of @sre to approve *Failover*  ·  since');
    run.approve(ben);
    expect(words(run)).toContain('<@U0BEN> ✓  ·  one more from @sre to approve *Failover*');
  });

  it('can be resumed by a button where it is paused, and says what that means', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n  - { id: b, ${shell} }\n`));
    run.when(look);
    run.when({ type: 'pause' }, { actor: ana, worker: null });
    expect(words(run)).toContain('◐ *Paused*');
    expect(words(run)).toContain('Paused: running steps finish; nothing new starts until somebody resumes it.');
    expect(buttons(run)).toEqual(['Resume']);
  });
});

describe('the orders of a run that cannot go on', () => {
  it('name the step to retry, and how many would be undone', () => {
    const run = new Story(
      playbook(
        `  - { id: a, name: Drain, ${shell}, ${undo} }\n  - { id: b, name: Switch, ${shell}, ${undo} }\n  - { id: c, name: Failover, ${shell} }\n`,
      ),
    );
    for (const step of ['a', 'b']) {
      run.when(look);
      run.succeed(step);
    }
    run.when(look);
    run.fail('c', 'invalid');
    run.when(look);
    expect(words(run)).toContain('✕ *Failed*');
    expect(buttons(run)).toEqual(['Retry Failover', 'Undo 2 steps']);
    expect(JSON.stringify(messageOf(run).blocks)).toContain('In this order: Switch, Drain.');
  });

  it('offer no undoing where there is nothing to undo', () => {
    const run = new Story(playbook(`  - { id: a, name: Restart, ${shell} }\n`));
    run.when(look);
    run.fail('a', 'invalid');
    run.when(look);
    expect(run.order('compensate')).toBe('wrong_state');
    expect(buttons(run)).toEqual(['Retry Restart']);
  });

  it('are none where the playbook that the run is pinned to cannot be had', () => {
    const run = new Story(playbook(`  - { id: a, ${shell} }\n`));
    run.when(look);
    run.fail('a', 'invalid');
    run.when(look);
    const { blocks } = runMessage(run.state, { switches: [], playbook: null });
    expect(blocks.some(({ type }) => type === 'actions')).toBe(false);
  });
});
