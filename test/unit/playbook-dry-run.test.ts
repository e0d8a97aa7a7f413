// Every sample playbook is played through by the rules: as hoped, with each step failing, with every request ignored.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert/alert.ts';
import { openIncident } from '../../src/core/incident/evolve.ts';
import type { Json } from '../../src/core/json.ts';
import { matchTriggers, resolveInputs } from '../../src/core/playbook/match.ts';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { type Script, type Simulation, simulate } from '../../src/core/run/simulate.ts';
import { isUndo, stepOf, undoKey } from '../../src/core/run/state.ts';
import { loadPlaybooks } from '../../src/store/playbook/playbook-files.ts';
import { actions, ana, start } from '../support/given/given.ts';

const alertOf = (
  alertname: string,
  labels: Record<string, string>,
  annotations: Record<string, string> = {},
): Alert => ({
  source: 'alertmanager',
  integration: 'alertmanager',
  fingerprint: 'f1',
  status: 'firing',
  title: alertname,
  description: '',
  severity: 'critical',
  sourceSeverity: 'critical',
  service: labels.service ?? null,
  labels: { alertname, severity: 'critical', ...labels },
  annotations,
  startsAt: start,
  endsAt: null,
  links: [],
  groupKey: null,
});

/** What each playbook is for: the alert that triggers it, and what its evidence might say. */
const samples: Record<string, { alert: Alert; outputs: Record<string, Json> }> = {
  'restart-service': {
    alert: alertOf('ServiceDown', { service: 'checkout' }, { status_url: 'https://checkout.example/status' }),
    outputs: {},
  },
  'disk-pressure': {
    alert: alertOf('NodeFilesystemAlmostOutOfSpace', { instance: 'db-1', service: 'db', mountpoint: '/var' }),
    outputs: {},
  },
  'rollback-deploy': {
    alert: alertOf(
      'ErrorSpikeAfterDeploy',
      { service: 'checkout', env: 'production' },
      { deploy_api: 'https://deploy.example' },
    ),
    outputs: { current: { status: 200, body: { releases: [{ id: 'r2' }, { id: 'r1' }] } } },
  },
  'dependency-outage': {
    alert: alertOf(
      'DependencyDown',
      { service: 'checkout', dependency: 'payments' },
      { status_page: 'https://status.example', flags_api: 'https://flags.example' },
    ),
    outputs: {},
  },
};

const hopeful: Script = {
  traits: actions,
  resultOf: () => ({ outcome: 'assumed' }),
  decisionOn: () => 'approve',
  orders: [],
};

function play(playbook: Playbook, alert: Alert, script: Script): Simulation {
  const inputs = resolveInputs(playbook, alert, {});
  if (!inputs.ok) throw new Error(JSON.stringify(inputs.error));
  const data = { number: 1, title: alert.title, severity: 1, groupKey: null };
  const incident = openIncident('inc_1', { type: 'incident.opened', at: start, actor: ana, data });
  const trigger = { type: 'alert' as const, fingerprint: 'f1', source: 'alertmanager', receipt: 'dlv_1' };
  const env = Object.fromEntries(playbook.env.map((name) => [name, `value-of-${name}`]));
  return simulate(
    { runId: 'run_1', incident, playbook, trigger, alert, inputs: inputs.value, actor: ana, at: start, env },
    script,
  );
}

const of = (simulation: Simulation, type: string) => simulation.events.filter((event) => event.type === type);
const stepsOf = (simulation: Simulation, type: string) =>
  of(simulation, type).map(({ data }) => ('step' in data ? data.step : ''));

const { playbooks, faults } = loadPlaybooks(['deploy/examples/playbooks'], actions);

it('knows every sample playbook', () => {
  expect(faults).toEqual([]);
  expect(playbooks.map(({ playbook }) => playbook.name).sort()).toEqual(Object.keys(samples).sort());
});

describe.each(playbooks.map(({ playbook }) => [playbook.name, playbook] as const))('%s', (name, playbook) => {
  const sample = samples[name];
  if (!sample) throw new Error(`a sample alert for ${name} is missing`);
  const { alert, outputs } = sample;
  const informed: Script = {
    ...hopeful,
    resultOf: ({ step }) =>
      outputs[step] === undefined ? { outcome: 'assumed' } : { outcome: 'succeeded', output: outputs[step] },
  };

  it('is triggered by its alert', () => {
    expect(matchTriggers(playbook, alert).outcome).toBe('starts');
  });

  it('asks before every high-risk step and comes to its end', () => {
    const simulation = play(playbook, alert, informed);
    expect(simulation.run.status).toBe('succeeded');
    const risky = playbook.steps.filter(({ approval }) => approval !== null).map(({ id }) => id);
    expect(playbook.steps.filter(({ risk, approval }) => risk === 'high' && approval === null)).toEqual([]);
    expect(risky.length).toBeGreaterThan(0);
    for (const step of risky) {
      const asked = simulation.events.findIndex(
        ({ type, data }) => type === 'approval.granted' && 'step' in data && data.step === step,
      );
      const started = simulation.events.findIndex(
        ({ type, data }) => ['step.started', 'step.succeeded'].includes(type) && 'step' in data && data.step === step,
      );
      expect(asked, `${step} was asked for`).toBeGreaterThan(-1);
      expect(asked).toBeLessThan(started);
    }
  });

  it('comes to an end without any knowledge of outputs, and says what that leaves open', () => {
    const simulation = play(playbook, alert, hopeful);
    expect(simulation.run.status).toBe('succeeded');
    for (const step of simulation.undetermined) expect(playbook.steps.map(({ id }) => id)).toContain(step);
  });

  it('does nothing risky when nobody answers', () => {
    const simulation = play(playbook, alert, { ...informed, decisionOn: () => 'ignore' });
    expect(of(simulation, 'approval.expired').length).toBeGreaterThan(0);
    const risky = new Set(playbook.steps.filter(({ approval }) => approval !== null).map(({ id }) => id));
    expect(stepsOf(simulation, 'step.started').filter((step) => risky.has(step))).toEqual([]);
  });

  it('undoes what it did, the latest first', () => {
    const simulation = play(playbook, alert, { ...informed, orders: [{ type: 'compensate' }] });
    const undoable = new Set(playbook.steps.filter(({ compensate }) => compensate).map(({ id }) => id));
    const done = stepsOf(simulation, 'step.succeeded').filter((step) => !isUndo(step) && undoable.has(step));
    const undone = stepsOf(simulation, 'step.succeeded').filter(isUndo).map(stepOf);
    expect(undone).toEqual([...done].reverse());
    expect(simulation.run.status).toBe(done.length > 0 ? 'compensated' : 'succeeded');
    expect(done.map(undoKey).length).toBe(undone.length);
  });

  it.each(playbook.steps.map(({ id }) => id))('comes to rest when %s fails for good', (failing) => {
    const error = { class: 'invalid' as const, code: 'broken', message: 'it is broken' };
    const simulation = play(playbook, alert, {
      ...informed,
      resultOf: (started) => (started.step === failing ? { outcome: 'failed', error } : informed.resultOf(started)),
    });
    const step = playbook.steps.find(({ id }) => id === failing);
    const started = stepsOf(simulation, 'step.started').includes(failing);
    if (!started) return expect(['wait', 'approval']).toContain(step?.uses);
    expect(stepsOf(simulation, 'step.failed')).toContain(failing);
    const ends = { stop: 'failed', continue: 'succeeded', compensate: 'compensated', escalate: 'running' };
    expect(simulation.run.status).toBe(ends[step?.onFailure ?? 'stop']);
  });
});
