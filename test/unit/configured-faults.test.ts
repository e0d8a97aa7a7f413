// What cannot work in this installation is told before a run, each with its place; and a trigger that fails is never a silent no.
import { describe, expect, it } from 'vitest';
import { ActionSettings, createActions } from '../../src/actions/registry.ts';
import { configuredFaults } from '../../src/cli/playbook/configured-faults.ts';
import { systemActor } from '../../src/core/events.ts';
import { formatFault, readPlaybook } from '../../src/core/playbook/compile.ts';
import { matchTriggers, resolveInputs } from '../../src/core/playbook/match.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { playbook, start } from '../support/given/given.ts';
import { anAlert, opened, stateOf } from '../support/given/incident.ts';
import { givenMetrics } from '../support/given/metrics.ts';

const actions = createActions(
  ActionSettings.parse({
    shell: { allow: [['/usr/bin/systemctl', 'restart'], ['/bin/echo']] },
    http: { allow: ['10.0.0.0/8'] },
  }),
);
const installation = {
  actions,
  file: {
    secretNames: ['pager'],
    roles: {
      sre: { users: ['U0ANA'], groups: [], people: [], tokens: [], oncall: [] },
      hollow: { users: [], groups: [], people: [], tokens: [], oncall: [] },
    },
    oncall: [{ name: 'primary', rotation: null, schedule: null }],
    webhooks: [],
    env: ['REGION'],
  },
  playbooks: new Set(['other']),
};

function faultsOf(body: string): readonly string[] {
  const text = `apiVersion: firebreak/v1\nname: p\nversion: 1.0.0\nowner: { product: a, technical: b, escalation: "@c" }\ninputs: { h: { type: string, default: x } }\n${body}`;
  const { playbook: read, faults, doubts } = readPlaybook(text, 'p.yaml', actions);
  if (!read) throw new Error(faults.map(formatFault).join('\n'));
  return configuredFaults({ playbook: read, text, file: 'p.yaml', doubts }, installation).map(formatFault);
}

const shell = (command: string, rest = '') =>
  `steps:\n  - { id: a, uses: shell.run, with: { command: ${command}${rest} } }\n`;
const http = (url: string) => `steps:\n  - { id: a, uses: http.request, with: { url: "${url}" } }\n`;

describe('a playbook cannot work here because of', () => {
  it.each([
    [
      'a command that nothing allows',
      shell('[/usr/local/bin/nope]'),
      /^p\.yaml:7:39 {2}\["\/usr\/local\/bin\/nope"\] is not allowed/,
    ],
    ['arguments that nothing allows', shell('[/usr/bin/systemctl, stop]'), /is not allowed/],
    ['a command that is shorter than what is allowed', shell('[/usr/bin/systemctl]'), /is not allowed/],
    ['a probe that nothing allows', shell('[/bin/echo]', ', probe: [/usr/local/bin/probe]'), /^p\.yaml:7:\d+ .*probe/],
    [
      'an undo that nothing allows',
      'steps:\n  - { id: a, uses: shell.run, with: { command: [/bin/echo] }, compensate: { uses: shell.run, with: { command: [/nope] } } }\n',
      /"\/nope"\] is not allowed/,
    ],
    [
      'a final step that nothing allows',
      `${shell('[/bin/echo]')}finally:\n  - { id: z, uses: shell.run, with: { command: [/nope] } }\n`,
      /^p\.yaml:9:\d+ /,
    ],
    ['an address that is not public', http('http://192.168.1.1/x'), /^p\.yaml:7:\d+ .*not a public address/],
    [
      'the machine itself, with what is not known yet behind it',
      http('http://localhost:8080/${{ inputs.h }}'),
      /not a public address/,
    ],
    ['an address of IPv6', http('http://[::1]/'), /not a public address/],
    [
      'a secret that is not there',
      'steps:\n  - { id: a, uses: http.request, with: { url: "https://x.example.com", headers: { authorization: "Bearer ${{ secrets.pagr }}" } } }\n',
      /^p\.yaml:7:\d+ {2}there is no secret `pagr`; did you mean `pager`\?/,
    ],
    [
      'a role that is not there',
      'steps:\n  - { id: a, uses: approval, approval: { from: ["@sre"], escalate: ["@sr"] } }\n',
      /there is no role `sr`, so nobody could decide; did you mean `sre`\?/,
    ],
    [
      'a role that has nobody',
      'steps:\n  - { id: a, uses: approval, approval: { from: ["@hollow"] } }\n',
      /^p\.yaml:7:\d+ {2}the role `hollow` has nobody, so nobody could decide; list somebody under `roles:`/,
    ],
    [
      'a variable that playbooks may not read',
      'env: [REGIO]\nsteps:\n  - { id: a, uses: wait, with: { for: 1s } }\n',
      /^p\.yaml:6:7 .*REGIO; did you mean `REGION`\?/,
    ],
    [
      'a source that there is not',
      'triggers: [{ source: alertmanger }]\nsteps:\n  - { id: a, uses: wait, with: { for: 1s } }\n',
      /there is no source `alertmanger`; did you mean `alertmanager`\?/,
    ],
    [
      'a playbook that there is not',
      'steps:\n  - { id: a, uses: playbook, with: { playbook: othr } }\n',
      /there is no playbook `othr`; did you mean `other`\?/,
    ],
  ])('%s', (_, body, message) => {
    expect(faultsOf(body)).toEqual([expect.stringMatching(message)]);
  });

  it('nothing that may still turn out to be allowed', () => {
    for (const body of [
      shell('[/bin/echo, "${{ inputs.h }}"]'),
      shell('["${{ inputs.h }}", x]'),
      shell('[/usr/bin/systemctl, "${{ inputs.h }}"]'),
      shell('"${{ [inputs.h] }}"'),
      http('http://10.1.2.3/x'),
      http('http://${{ inputs.h }}/x'),
      http('http://192.168.1.${{ inputs.h }}/x'),
      http('https://internal.example.com/x'),
      'env: [REGION]\ntriggers: [{ source: "*", when: alert.title == "x" }]\nsteps:\n  - { id: a, uses: approval, approval: { from: ["@sre", U012ABCDEF] } }\n  - { id: b, uses: playbook, with: { playbook: other } }\n',
    ])
      expect([body, faultsOf(body)]).toEqual([body, []]);
  });
});

const broken = 'triggers: [{ source: "*", when: alert.labels.env != "dev" }, { source: grafana }]\n';
const wait = '  - { id: a, uses: wait, with: { for: 1s } }\n';

describe('a trigger that cannot be evaluated', () => {
  it('is neither a yes nor a no, unless another trigger fits', () => {
    expect(matchTriggers(playbook(wait, broken), anAlert('a'))).toEqual({
      outcome: 'unclear',
      reasons: [expect.stringMatching(/^`alert\.labels\.env != "dev"`: no such key: env/)],
    });
    expect(matchTriggers(playbook(wait, broken), { ...anAlert('a'), source: 'grafana' }).outcome).toBe('starts');
    const other = playbook(wait, 'triggers: [{ source: grafana, when: alert.labels.env != "dev" }]\n');
    expect(matchTriggers(other, anAlert('a'))).toEqual({ outcome: 'other' });
    const text = playbook(wait, 'triggers: [{ source: "*", when: alert.title }]\n');
    expect(matchTriggers(text, anAlert('a'))).toMatchObject({
      outcome: 'unclear',
      reasons: [expect.stringMatching(/no true or false/)],
    });
  });

  it('is written into the timeline once an alert, and counted', async () => {
    const world = new MemoryEngines();
    world.publish(playbook(wait, broken));
    const engine = world.engine();
    world.deliveries.put([anAlert('a')]);
    await engine.drainIntake();
    await world.deliver(engine);
    const events = [...world.tables.events.values()].flat();
    const notes = events.filter(({ type }) => type === 'note.added');
    expect(notes).toMatchObject([
      {
        data: {
          unclearTriggers: ['test'],
          text: expect.stringMatching(/could not be evaluated.*\ntest: .*no such key: env/),
        },
      },
    ]);
    const metrics = givenMetrics();
    const incident = stateOf('inc_1', opened);
    const before = { incident, head: { version: 1, hash: '00' } };
    const event = { type: 'note.added' as const, data: { text: 'x' }, actor: systemActor };
    metrics.countChange({ ...changeFrom({ incidentId: 'inc_1', before, events: [event], at: start }), events: notes });
    expect((await metrics.expose(undefined)).text).toContain('firebreak_trigger_errors_total{playbook="test"} 1');
  });

  it('also in an input says why the input is missing', () => {
    const needs = playbook(wait, 'inputs: { team: { type: string, from: alert.labels.team } }\n');
    const inputs = resolveInputs(needs, anAlert('a'), {});
    expect(inputs.ok ? '' : inputs.error[0]?.message).toMatch(
      /is missing.*alert\.labels\.team could not be evaluated: no such key/,
    );
  });
});
