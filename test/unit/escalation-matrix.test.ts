// The escalation matrix: who answers for a severity at a stage; names that stand for nobody are said.
import { expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import { namesOfNobody } from '../../src/core/authority/nobody.ts';
import { calledAt, EscalationMatrix, raciAt, stageOfIncident, workingAt } from '../../src/core/escalation/matrix.ts';

const matrix = EscalationMatrix.parse([
  { severity: 1, stage: ['open', 'stuck'], responsible: ['@sre'], accountable: ['@sre-lead'], informed: ['@support'] },
  { severity: [1, 2], responsible: ['@sre'], consulted: ['@oncall:payments'] },
  { stage: 'approval', accountable: ['U0123456789'] },
]);

it('the first row that fits a severity and a stage says who is who, and nobody is where none fits', () => {
  expect(calledAt(matrix, { severity: 1, stage: 'stuck' })).toEqual(['@sre', '@sre-lead']);
  expect(workingAt(matrix, { severity: 1, stage: 'open' })).toEqual(['@sre', '@sre-lead']);
  expect(workingAt(matrix, { severity: 2, stage: 'open' })).toEqual(['@sre', '@oncall:payments']);
  expect(calledAt(matrix, { severity: 4, stage: 'approval' })).toEqual(['U0123456789']);
  expect(raciAt(matrix, { severity: 4, stage: 'open' })).toEqual({
    responsible: [],
    accountable: [],
    consulted: [],
    informed: [],
  });
});

it('an incident is open until somebody has it, and then acknowledged until it is mitigated', () => {
  const ana = { kind: 'user', id: 'U0ANA' } as const;
  expect(stageOfIncident({ acknowledgedBy: null })).toBe('open');
  expect(stageOfIncident({ acknowledgedBy: ana })).toBe('acknowledged');
  expect(stageOfIncident({ acknowledgedBy: ana, mitigatedAt: '2026-03-01T00:00:00.000Z' })).toBe('mitigated');
});

it.each([
  [[{ severity: 5 }], 'severity'],
  [[{ stage: 'triage' }], 'stage'],
  [[{ responsible: ['sre'] }], 'responsible'],
  [[{ owner: ['@sre'] }], 'owner'],
])('%j is refused', (rows, field) => {
  const { error } = EscalationMatrix.safeParse(rows);
  expect(JSON.stringify(error?.issues)).toContain(field);
});

it('a role that resolves to nobody is said, with its place', () => {
  const named = { access: Access.parse({}), roles: {}, people: {}, oncall: [], escalation: matrix };
  expect(namesOfNobody(named).map(({ found }) => found)).toEqual(
    expect.arrayContaining([
      'escalation: names @sre-lead, a role that is not there (escalation[0].accountable)',
      'escalation: names @oncall:payments, which is not there (escalation[1].consulted)',
    ]),
  );
});
