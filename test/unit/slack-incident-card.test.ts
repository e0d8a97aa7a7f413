// What the card of an incident says and offers, in the words that people read; and that foreign text in it stays text.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert/alert.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { addMs } from '../../src/core/time.ts';
import type { IncidentRow } from '../../src/ports/reads.ts';
import { checkBlocks } from '../../src/sandbox/blocks/check.ts';
import type { MessageContent } from '../../src/slack/text.ts';
import { cardLinks, safeUrl } from '../../src/slack/views/alert-parts.ts';
import { announcedCard } from '../../src/slack/views/announcement.ts';
import { incidentCard } from '../../src/slack/views/incident-card.ts';
import { movedMessage } from '../../src/slack/views/moved-message.ts';
import { playbook, Story, start } from '../support/given/given.ts';
import {
  acknowledged,
  anAlert,
  closed,
  ended,
  opened,
  type Past,
  received,
  resolved,
  stateOf,
} from '../support/given/incident.ts';

const publicUrl = 'https://fb.test';
const rowOf = (...events: readonly Past[]): IncidentRow => ({
  ...stateOf('inc_00000000000000000000000007', opened, ...events),
  version: 1,
  updatedAt: start,
});
const checkout = anAlert('a', {
  title: 'checkout is down',
  service: 'checkout-api',
  description: '5xx above 5 % for 10 minutes.\nCustomers cannot pay.',
  labels: {
    alertname: 'HighErrorRate',
    severity: 'critical',
    service: 'checkout-api',
    env: 'prod',
    zz: 'last',
    region: 'eu',
  },
  links: [
    { label: 'Graph', url: 'https://prom.test/graph?g0=1' },
    { label: 'Silence', url: 'https://am.test/silence' },
    { label: 'Runbook', url: 'https://wiki.test/checkout' },
    { label: 'Dashboard', url: 'https://grafana.test/d/1' },
  ],
});
const card = (incident: IncidentRow, alert: Alert | null = checkout, runs: readonly RunState[] = []) =>
  incidentCard(incident, { publicUrl, alert, runs });

/** Every text of the blocks, and what each button says and opens. */
const wordsOf = ({ blocks }: MessageContent): string =>
  blocks
    .flatMap((block): string[] => {
      if (block.type === 'header' || block.type === 'section') return [block.text?.text ?? ''];
      if (block.type === 'context') return block.elements.map((one) => ('text' in one ? String(one.text) : ''));
      if (block.type !== 'actions') return [];
      return block.elements.map((one) =>
        one.type === 'button' ? `[${one.text.text}]${one.url === undefined ? '' : ` ${one.url}`}` : '',
      );
    })
    .join('\n');

describe('the card of an incident', () => {
  it('says what is affected, what happens there, where, and leads to the runbook, the dashboard and the graph', () => {
    const words = wordsOf(card(rowOf(received('a', checkout))));
    expect(words).toContain('#7  checkout is down');
    expect(words).toContain('*SEV2 – Major*  ·  ● *Firing* since ');
    expect(words).toContain('*Service* `checkout-api`  ·  `env=prod`  ·  `region=eu`  ·  `zz=last`');
    expect(words).toContain('5xx above 5 % for 10 minutes.\nCustomers cannot pay.');
    expect(words).toContain(
      '[Runbook] https://wiki.test/checkout\n[Dashboard] https://grafana.test/d/1\n[Graph] https://prom.test/graph?g0=1',
    );
    expect(words).toContain('<https://fb.test/incidents/7|Open #7>');
    expect(words).not.toMatch(/silence|api\/v1/);
  });

  it('offers the lead while nobody has it, and a playbook while none matched', () => {
    const fresh = wordsOf(card(rowOf(received('a', checkout))));
    expect(fresh).toContain('No lead');
    expect(fresh).toContain('[Take lead]');
    expect(fresh).toContain('*Automation*  None matched: no playbook runs.');
    expect(fresh).toContain('[Run…]');
    const led: Past = { type: 'role.assigned', data: { role: 'commander', user: 'U0BEN' } };
    const run = new Story(playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] } }\n')).state;
    const later = wordsOf(card(rowOf(received('a', checkout), led, acknowledged), checkout, [run]));
    expect(later).toContain('commander: <@U0BEN>');
    expect(later).toContain('acknowledged by <@U0ANA>');
    expect(later).toContain('*Automation*  test ◔ *Running*');
    expect(later).not.toMatch(/No lead|Take lead|Run…|None matched/);
  });

  it('has one word and one icon for each state, and no orders once it is over', () => {
    const end = { at: addMs(start, 220_000) };
    expect(wordsOf(card(rowOf(received('a', checkout), ended('a'))))).toContain('✓ *Recovered* since');
    const over = wordsOf(card(rowOf(received('a', checkout), { ...resolved, ...end })));
    expect(over).toContain('✓ *Resolved* after 3 m 40 s');
    expect(over).not.toMatch(/Take lead|Run…|No lead|None matched/);
    expect(over).toContain('[Runbook]');
    expect(wordsOf(card(rowOf({ ...closed, ...end })))).toContain('✓ *Closed* after 3 m 40 s');
    expect(card(rowOf(received('a', checkout))).text).toBe(
      'Incident 7: checkout is down. SEV2 – Major, firing, 1 of 1 alert firing, service checkout-api.',
    );
  });

  it('is marked where it is an exercise', () => {
    const run = new Story(playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] } }\n')).state;
    const drill: RunState = { ...run, trigger: { type: 'manual', reason: 'drill: monthly' } };
    const shown = card(rowOf(), null, [drill]);
    expect(shown.text).toMatch(/^\[DRILL\] Incident 7/);
    expect(wordsOf(shown)).toContain('[DRILL] #7');
    expect(movedMessage(rowOf(), [drill], null).text).toMatch(/^\[DRILL\] ◐/);
    expect(wordsOf(card(rowOf(), null, [run]))).not.toContain('DRILL');
  });

  it('in the announce channel leads to the channel and the page, and gives no orders there', () => {
    const incident = { ...rowOf(received('a', checkout)), channel: { id: 'C0INC', name: 'inc-7' } };
    const words = wordsOf(announcedCard(incident, { publicUrl, alert: checkout, runs: [] }));
    expect(words).toContain('Goes on in <#C0INC>  ·  <https://fb.test/incidents/7|Open #7>');
    expect(words).toContain('[Runbook] https://wiki.test/checkout');
    expect(words).not.toMatch(/Take lead|Run…/);
  });
});

describe('foreign text on a card', () => {
  const evil = '<!channel> <@U0EVIL> <https://evil.test|click> \u202e*bold* `code` ```';

  it('brings no mention, link, format or direction to life, wherever it stands', () => {
    const alert = { ...checkout, service: evil, description: evil, labels: { [evil]: evil, env: evil } };
    const message = card(rowOf(received('a', { title: evil })), alert);
    for (const block of message.blocks) {
      const texts = block.type === 'section' && block.text ? [block.text] : [];
      for (const { type, text } of texts) {
        expect(text).not.toMatch(/\u202e/);
        if (type === 'plain_text') continue;
        expect(text).not.toMatch(/<(?!!date)/);
        expect((text.match(/`/g) ?? []).length % 2).toBe(0);
        expect(text).not.toContain('```');
      }
    }
    expect(message.text).not.toMatch(/<|\u202e/);
  });

  it('of 40 000 characters is cut, and Slack takes the card', () => {
    const long = 'x'.repeat(40_000);
    const alert = { ...checkout, service: long, description: `${long}\n`, labels: { env: long, [long]: long } };
    const message = card(rowOf(received('a', { title: long })), alert);
    expect(checkBlocks(message.blocks)).toEqual([]);
    expect(message.text.length).toBeLessThan(1000);
    const description = message.blocks.find((block) => block.type === 'section' && block.text?.type === 'plain_text');
    expect(description?.type === 'section' && description.text?.text).toHaveLength(600);
  });

  it('gives no button that leads elsewhere than it seems to, or nowhere', () => {
    for (const bad of [
      'javascript:alert(1)',
      'data:text/html,x',
      'https://bank.test@evil.test/',
      'no url',
      `https://a.test/${'x'.repeat(4000)}`,
    ])
      expect(safeUrl(bad), bad.slice(0, 40)).toBeNull();
    expect(cardLinks({ links: [{ label: 'Runbook', url: 'https://bank.test@evil.test/' }] })).toEqual([]);
    const named = cardLinks({ links: [{ label: 'Datadog\u202e <!here>', url: 'https://dd.test/<b>' }] });
    expect(named).toEqual([{ kind: 'graph', label: 'Datadog <!here>', url: 'https://dd.test/%3Cb%3E' }]);
  });
});
