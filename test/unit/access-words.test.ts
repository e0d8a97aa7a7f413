// What `firebreak access check` says: about what it was asked, and what to do where nobody has the right.
import { expect, it } from 'vitest';
import { answerText } from '../../src/cli/access/access.ts';
import type { ApiAccessCheck } from '../../src/contract/access.ts';

const answer: ApiAccessCheck = {
  actor: { kind: 'user', id: 'U0ANA', name: 'ana', via: 'slack', person: 'ana' },
  ...{ right: 'start', allowed: false, by: [], tried: [], approval: null, incident: null },
};
const none = { playbook: undefined, service: undefined, environment: undefined };
const plain = (text: string) => text.replaceAll(/\u001b\[\d+m/g, '');

it('names what it was asked about', () => {
  expect(plain(answerText(answer, { ...none, playbook: 'restart', service: 'checkout' }))).toMatch(
    /^U0ANA \(ana under `people:`\) may not start \(playbook restart, service checkout\): start playbooks/,
  );
  expect(plain(answerText(answer, none))).toMatch(/^U0ANA \(ana under `people:`\) may not start: start playbooks/);
});

it('says how a right is given that nobody has', () => {
  expect(plain(answerText(answer, none))).toMatch(
    /`access:` gives it to nobody; to give it, name somebody there: `start: /,
  );
});
