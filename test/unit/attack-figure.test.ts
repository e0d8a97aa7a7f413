// The figure of the attacks: what is printed, and when the run of them fails.
import { expect, it } from 'vitest';
import { attackFigure, fewestAttacks } from '../support/attacks.ts';

const trials = (count: number, past = 0) =>
  Array.from({ length: count }, (_, n) => ({ name: `attack ${n}`, passed: n >= past }));

it('the figure of the attacks is its last line, and will do with enough of them and no bypass', () => {
  expect(attackFigure(trials(fewestAttacks))).toEqual({ lines: ['approval attacks 60: bypasses 0'], ok: true });
});

it('the run of the attacks fails with a bypass, which is named, and with too few of them', () => {
  expect(attackFigure(trials(61, 1))).toEqual({
    lines: ['bypassed: attack 0', 'approval attacks 61: bypasses 1'],
    ok: false,
  });
  expect(attackFigure(trials(59))).toMatchObject({
    ok: false,
    lines: [expect.stringContaining('only 59'), expect.any(String)],
  });
});
