// The playbooks that races are run with: each has something that can be overtaken.
import type { Playbook } from '../../../src/core/playbook/playbook.ts';
import { playbook } from '../given/given.ts';

const act = 'uses: shell.run, with: { command: [/bin/do] }, target: db';
const undo = 'compensate: { uses: shell.run, with: { command: [/bin/undo] } }';
const rule = 'risk: high, approval: { from: ["@sre"], quorum: 2, expiresIn: 5m, escalate: ["@lead"] }';
const probe = 'uses: shell.run, with: { command: [/bin/do], probe: [/bin/did] }, replay: probe';
const check = 'verify: { uses: http.request, with: { url: "https://example.com" }, until: "true" }';
const last = `finally:\n  - { id: z, ${act} }\n`;
const keyed = (onConflict: string) => `concurrency: { key: checkout, onConflict: ${onConflict} }\n${last}`;
const two = `  - { id: a, ${act}, ${undo} }\n  - { id: b, ${act}, onFailure: compensate }`;

const texts: { readonly [name: string]: readonly [steps: string, rest?: string] } = {
  pair: [`  - { id: a, ${act}, ${undo}, ${check} }\n  - { id: b, ${act}, ${undo}, onFailure: compensate }`, last],
  fan: [
    [
      `  - { id: a, needs: [], forEach: { items: "[1, 2, 3]", maxParallel: 2 }, ${act}, replay: safe, ${undo} }`,
      `  - { id: b, needs: [], ${probe}, runsOn: gpu, onFailure: escalate }`,
      '  - { id: c, needs: [], uses: http.request, with: { url: "https://example.com" } }',
      `  - { id: d, needs: [a, b, c], ${act}, onFailure: compensate }`,
    ].join('\n'),
  ],
  asked: [
    `  - { id: a, ${act}, ${rule}, compensate: { ${act.replace(', target: db', '')}, ${rule} } }\n  - { id: b, ${act} }`,
  ],
  signalled: [
    `  - { id: a, uses: wait, with: { signal: go, atMost: 2m }, onFailure: continue }\n  - { id: b, ${act} }`,
    last,
  ],
  caller: [
    `  - { id: a, uses: playbook, with: { playbook: pair } }\n  - { id: b, ${act}, onFailure: compensate }`,
    'finally:\n  - { id: z, uses: playbook, with: { playbook: asked } }\n',
  ],
  undone: [
    `  - { id: a, uses: playbook, with: { playbook: pair } }\n  - { id: b, uses: assert, with: { that: false }, onFailure: compensate }`,
  ],
  queueing: [two, keyed('queue')],
  skipping: [two, keyed('skip')],
  cancelling: [two, keyed('cancel')],
  alerted: [
    `  - { id: a, ${act}, ${undo} }\n  - { id: b, uses: wait, with: { alertResolved: true, atMost: 5m } }\n  - { id: c, ${act} }`,
    'triggers: [ { source: test } ]\ncooldown: { key: all, window: 10m }\nconcurrency: { key: alerted }\n',
  ],
};

/** All of them, by name. */
export const raceBooks: ReadonlyMap<string, Playbook> = new Map(
  Object.entries(texts).map(([name, [steps, rest]]) => [name, { ...playbook(steps, rest), name }]),
);
