// `explain` on its surfaces: what the API takes and answers, what the command line prints of it, what Slack says. The stages themselves are
// held in explain.test.ts.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { explainedText } from '../../src/cli/alerts/explained-text.ts';
import { ApiExplained } from '../../src/contract/alert.ts';
import { routes } from '../../src/contract/routes.ts';
import { systemPrincipal } from '../../src/core/authority/principal.ts';
import { EscalationMatrix } from '../../src/core/escalation/matrix.ts';
import { addMs } from '../../src/core/time.ts';
import { explainByRules } from '../../src/engine/alerts/explain-rules.ts';
import { explainAsked } from '../../src/http/api/explain.ts';
import { explain } from '../../src/slack/inbound/commands/explain.ts';
import type { CommandCall, InboundContext } from '../../src/slack/inbound/surface.ts';
import { sources } from '../../src/sources/registry.ts';
import { alertStory, rulesOf } from '../support/engine/alert-story.ts';
import { start } from '../support/given/given.ts';
import { anAlert, minute } from '../support/given/incident.ts';
import { readEntry } from '../support/given/integration.ts';

const { body: Body } = routes['POST /explain'];
const later = addMs(start, minute);
const mapping = { fingerprint: 'body.id', title: 'body.text' };
const { integration } = readEntry({ source: 'generic', auth: { type: 'none' }, mapping });

async function asked(body: unknown, operations = alertStory('').engine.operations) {
  const integrations = integration ? [integration] : [];
  const escalation = EscalationMatrix.parse([
    { severity: 1, stage: 'open', responsible: ['@sre'], accountable: ['@lead'] },
    { severity: 1, informed: ['@board'] },
  ]);
  const about = { sources, integrations, nowMs: () => Date.parse(later), log: pino({ level: 'silent' }) };
  const deps = { ...about, operations, named: { escalation } };
  const answer = await explainAsked(deps, systemPrincipal, Body.parse(body));
  if (answer.ok) expect(ApiExplained.parse(answer.value)).toEqual(JSON.parse(JSON.stringify(answer.value)));
  return answer;
}
const delivery = (body: string, more: object = {}) => ({ delivery: { source: 'generic', body, ...more } });

describe('POST /explain', () => {
  it('says who would answer for the incident by the escalation matrix, and null where it names nobody', async () => {
    const critical = await asked({ alert: { ...anAlert('a'), severity: 'critical' } });
    const who = { severity: 1, responsible: ['@sre'], accountable: ['@lead'], consulted: [], informed: [] };
    expect(critical).toMatchObject({ ok: true, value: { alerts: [{ answers: who }] } });
    const warning = await asked({ alert: { ...anAlert('a'), severity: 'warning' } });
    expect(warning).toMatchObject({ ok: true, value: { alerts: [{ answers: null }] } });
  });

  it('takes one of an alert, a fingerprint and a body, and says so', () => {
    for (const body of [{}, { fingerprint: 'a', alert: anAlert('a') }, { ...delivery('{}'), fingerprint: 'a' }])
      expect(Body.safeParse(body).error?.issues[0]?.message).toContain('only one of the three');
    expect(Body.safeParse({ fingerprint: 'a', at: 'tomorrow' }).error?.issues[0]?.message).toContain('2026-03-01T12');
    expect(Body.parse({ fingerprint: 'a', at: '2026-03-01T13:00:00+01:00' }).at).toBe('2026-03-01T12:00:00.000Z');
  });

  it('answers the stages of an alert that is given, with the instants that they are of', async () => {
    const answer = await asked({ alert: anAlert('a'), at: later });
    expect(answer).toMatchObject({ ok: true, value: { at: later, knownAt: start, delivery: null } });
    if (answer.ok)
      expect(answer.value.alerts[0]?.stages.map(({ stage }) => stage)).toEqual([
        'dedupe',
        'enrich',
        'group',
        'route',
        'suppress',
        'act',
      ]);
  });

  it('answers what an integration makes of a body, and the stages of each alert', async () => {
    const answer = await asked(delivery('{"id":"x","text":"Full"}'));
    expect(answer).toMatchObject({
      value: {
        delivery: { status: 'understood', outcome: null },
        alerts: [{ alert: { fingerprint: 'mine/x', title: 'Full' } }],
      },
    });
  });

  it('answers why a body is refused, with no alert', async () => {
    expect(await asked(delivery('{"text":"Full"}'))).toMatchObject({
      value: { delivery: { status: 'refused', detail: expect.any(String) }, alerts: [], knownAt: null },
    });
  });

  it('needs no integration of a source whose settings can all be left out', async () => {
    const sample = sources.get('alertmanager')?.sample.body;
    expect(await asked(delivery(JSON.stringify(sample), { source: 'alertmanager' }))).toMatchObject({
      value: { delivery: { status: 'understood' } },
    });
  });

  it('names the sources and integrations there are, where the one that is named is not', async () => {
    expect(await asked(delivery('{}', { source: 'genric' }))).toMatchObject({
      error: { code: 'not_found', message: expect.stringContaining('generic') },
    });
    expect(await asked(delivery('{}', { integration: 'other' }))).toMatchObject({
      error: { code: 'not_found', message: 'generic has no integration other; it has mine' },
    });
  });
});

describe('without a database', () => {
  const rules = rulesOf(`silences: [ { name: all, sets: [ { source: alertmanager } ], owner: ana, reason: quiet,
    startsAt: "${start}", endsAt: "${addMs(later, minute)}" } ]`);
  const operations = explainByRules({
    rules,
    catalog: { all: () => [] },
    enrich: async (alert) => ({ alert, steps: [] }),
    heartbeats: [],
    nowMs: () => Date.parse(later),
  });

  it('the rules alone are asked, and that is said', async () => {
    const given = await operations.explainAlert({ principal: systemPrincipal, alert: anAlert('a') });
    if (!given.ok) throw new Error(given.error.message);
    const { at, knownAt, alert, stages } = given.value;
    const answers = { severity: 1, responsible: ['@sre'], accountable: [], consulted: [], informed: ['@board'] };
    const alerts = [{ alert, stages: stages.map((one) => ({ ...one, because: [...one.because] })), answers }];
    const text = explainedText({ at, knownAt, delivery: null, alerts });
    expect(text).toContain(`at ${later}; by the rules alone`);
    expect(text).toContain('suppress  held by the silence all, owned by ana');
    expect(text).toMatch(/people +until somebody has it, at SEV1\n +responsible: @sre\n +informed: @board$/);
  });

  it('an alert has to be given as a file', async () => {
    expect(await operations.explainAlert({ principal: systemPrincipal, fingerprint: 'a' })).toMatchObject({
      ok: false,
      error: { code: 'not_found', message: expect.stringContaining('give it as a file') },
    });
  });
});

describe('/firebreak explain', () => {
  async function say(words: readonly string[], inIncident: boolean): Promise<string | null> {
    const story = alertStory('');
    await story.fires('a', { title: 'disk <full> of *x*' });
    await story.fires('b', { groupKey: 'a' });
    const [incident = null] = inIncident ? story.incidents() : [];
    const call = { words, incident, caller: { principal: systemPrincipal, cause: 'test' } };
    const context = { operations: story.engine.operations, command: '/firebreak' };
    if (explain.where !== 'anywhere') throw new Error('it works anywhere');
    return explain.run(call as unknown as CommandCall, context as unknown as InboundContext);
  }

  it('says the outcome of each stage for the alerts of the incident of the channel, without the reasons', async () => {
    const text = await say([], true);
    expect(text?.match(/\*dedupe\*: a repetition: it fires already/g)).toHaveLength(2);
    expect(text).toContain('disk &lt;full&gt;');
    expect(text).toContain('`/firebreak explain FINGERPRINT`');
    expect(text).not.toContain('its fingerprint is');
  });

  it('says why for one alert', async () => {
    expect(await say(['a'], false)).toContain('there is no entry under');
  });

  it('asks which alert outside of an incident, and says that one is not known', async () => {
    expect(await say([], false)).toBe('Say which alert: `/firebreak explain FINGERPRINT`.');
    expect(await say(['x'], false)).toContain('no alert with the fingerprint x is known here');
  });
});
