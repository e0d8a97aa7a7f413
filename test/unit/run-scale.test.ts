// Acting on many at once without hurting all of them: a ramp, a stop after errors, and a share of a group that one run may touch.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../src/core/run/outline.ts';
import { ben, playbook, Story } from '../support/given/given.ts';

const look = { type: 'advance' } as const;
const shell = 'uses: shell.run, with: { command: [/bin/true] }';
const each = (rest: string, more = '') =>
  `  - { id: a, forEach: { items: "[1, 2, 3, 4, 5, 6, 7, 8]", ${rest} }, ${shell}${more} }`;
const running = ({ state }: Story) =>
  Object.entries(state.nodes).flatMap(([key, { status }]) => (status === 'running' ? [key] : []));

describe('a ramp', () => {
  it('begins with one item, and doubles with each wave that ends well, up to maxParallel', () => {
    const run = new Story(playbook(each('maxParallel: 4, ramp: exponential')));
    run.when(look);
    const waves: number[] = [];
    while (running(run).length > 0) {
      waves.push(running(run).length);
      for (const key of running(run)) run.succeed(key);
      // What a success opens at once belongs to the next wave.
      run.when(look);
    }
    expect(Math.max(...waves)).toBe(4);
    expect(waves[0]).toBe(1);
    expect(run.state.status).toBe('succeeded');
  });

  it('opens no more after a failure than have succeeded, and one', () => {
    const run = new Story(playbook(each('maxParallel: 8, ramp: exponential')));
    run.when(look);
    expect(run.succeed('a#0')).toEqual(['step.succeeded a#0', 'step.started a#1', 'step.started a#2']);
    expect(run.fail('a#1', 'invalid')).toEqual(['step.failed a#1', 'step.started a#3']);
    expect(running(run)).toHaveLength(2);
  });

  it('says how many run now', () => {
    const run = new Story(playbook(each('maxParallel: 8, ramp: exponential')));
    run.when(look);
    run.succeed('a#0');
    expect(outlineOf(run.state, run.book)[0]?.about).toBe('1 of 8 done, 2 running');
  });
});

describe('stopAfterErrors', () => {
  it('begins no further item once so many have failed; those under way come to their own end', () => {
    const run = new Story(playbook(each('maxParallel: 3, stopAfterErrors: 1')));
    run.when(look);
    expect(run.fail('a#0', 'invalid')).toEqual(['step.failed a#0']);
    expect(run.succeed('a#1')).toEqual(['step.succeeded a#1']);
    expect(run.succeed('a#2')).toEqual(['step.succeeded a#2', 'step.failed a', 'run.failed']);
    expect(run.state.nodes.a).toMatchObject({
      error: { code: 'items_failed', message: '1 of 8 items failed: a#0; stopped before the other 5' },
    });
  });

  it('is a share of the items where it is one, and at least one of them', () => {
    const half = new Story(playbook(each('maxParallel: 1, stopAfterErrors: "25%"')));
    half.when(look);
    expect(half.fail('a#0', 'invalid')).toEqual(['step.failed a#0', 'step.started a#1']);
    expect(half.fail('a#1', 'invalid')).toEqual(['step.failed a#1', 'step.failed a', 'run.failed']);
    const one = new Story(playbook(each('maxParallel: 1, stopAfterErrors: "1%"')));
    one.when(look);
    expect(one.fail('a#0', 'invalid')).toEqual(['step.failed a#0', 'step.failed a', 'run.failed']);
  });

  it('withdraws what is asked about items that are not begun any more', () => {
    const run = new Story(playbook(each('maxParallel: 2, stopAfterErrors: 1', ', approval: { from: ["@sre"] }')));
    run.when(look);
    const [first, second] = Object.values(run.state.approvals);
    expect(run.approve(ben)).toEqual(['approval.recorded a#0', 'approval.granted a#0']);
    run.when(look);
    expect(first?.step).toBe('a#0');
    expect(run.fail('a#0', 'invalid')).toEqual([
      'step.failed a#0',
      'approval.voided a#1',
      'step.failed a',
      'run.failed',
    ]);
    expect(run.state.approvals[second?.id ?? '']?.status).toBe('voided');
  });

  it('goes on with those that were left when somebody retries', () => {
    const run = new Story(playbook(each('maxParallel: 1, stopAfterErrors: 1')));
    run.when(look);
    run.fail('a#0', 'invalid');
    expect(run.order('retry')).toEqual(['run.retried']);
    expect(run.when(look)).toEqual(['step.started a#0']);
    for (let i = 0; i < 8; i++) run.succeed(`a#${i}`);
    expect(run.state.status).toBe('succeeded');
  });

  it('never lets more items begin than were at work when the last allowed one failed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        (maxParallel, errors, ramp, good) => {
          const rest = `maxParallel: ${maxParallel}, stopAfterErrors: ${errors}${ramp ? ', ramp: exponential' : ''}`;
          const run = new Story(playbook(each(rest)));
          run.when(look);
          let failed = 0;
          let begun = running(run).length;
          for (let next = running(run)[0]; next !== undefined; next = running(run)[0]) {
            const isGood = good[Number(next.slice(2))] === true;
            const before = running(run).length;
            if (isGood) run.succeed(next);
            else run.fail(next, 'invalid');
            if (!isGood) failed += 1;
            const now = running(run).length;
            if (failed >= errors) expect(now).toBeLessThan(before);
            begun += Math.max(0, now - before + 1);
            expect(now).toBeLessThanOrEqual(maxParallel);
          }
          expect(run.state.status).toBe(failed > 0 ? 'failed' : 'succeeded');
          expect(begun).toBeLessThanOrEqual(8);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a share of a group', () => {
  const share = (of: string, atMost = '25%') => each(`maxParallel: 8, share: { of: "${of}", atMost: "${atMost}" }`);
  const refused = (steps: string) => {
    const run = new Story(playbook(steps));
    run.when(look);
    const node = run.state.nodes.a;
    return node?.status === 'failed' ? `${node.error.code}: ${node.error.message}` : null;
  };

  it('bounds the items by how many the group has, given as a number or as a list', () => {
    expect(refused(share('32'))).toBe(null);
    expect(refused(share('31'))).toBe(
      'too_many_targets: the list has 8 items of a group of 31, but one run may touch 25% of it at most',
    );
    expect(refused(share('[1, 2, 3, 4, 5, 6, 7, 8]', '100%'))).toBe(null);
    expect(refused(share('[1, 2, 3, 4, 5, 6, 7]', '100%'))).toContain('too_many_targets');
  });

  it('of a group that cannot be counted is none: nothing is begun', () => {
    expect(refused(share('1 == 2'))).toContain('render_failed: 1 == 2: gives no list and no number');
  });
});

it.each([
  ['ramp: linear', 'ramp'],
  ['stopAfterErrors: 0', 'stopAfterErrors'],
  ['stopAfterErrors: "0%"', 'stopAfterErrors'],
  ['stopAfterErrors: "101%"', 'stopAfterErrors'],
  ['share: { of: "1", atMost: 25 }', 'atMost'],
  ['share: { of: "nothing.here", atMost: "25%" }', 'nothing'],
])('a file that says %s is refused', (rest, named) => {
  expect(() => playbook(each(rest))).toThrow(named);
});
