// The rights table: everything that can be used in Slack, by people who hold exactly one right each. Whoever lacks the right is
// refused in words that name it, and nothing is written; whoever holds it is not refused. The table is printed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModalView } from '@slack/types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NeededRight, Right } from '../../src/core/authority/right.ts';
import type { View } from '../../src/sandbox/entities.ts';
import { type SlackSurface, slackSurfaces } from '../../src/slack/inbound/surfaces.ts';
import { choosePlaybookModal } from '../../src/slack/views/choose-playbook-modal.ts';
import { declareModal } from '../../src/slack/views/declare-modal.ts';
import { choiceField, type FormOrigin, formOf, textField } from '../../src/slack/views/form.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';
import { type SlackPeople, slackPeople, textOfForm } from '../support/cluster/slack-people.ts';
import { rightsTable, suffices } from '../support/given/rights-table.ts';

const rights = [...Right.options, 'approve'] as const;
type SlackRight = (typeof rights)[number];
/** The one who holds that right and no other. */
const holderOf = (right: SlackRight) => `U0${right.toUpperCase()}`;

const folder = mkdtempSync(join(tmpdir(), 'firebreak-rights-'));
let firebreak: Firebreak;
let people: SlackPeople;
let place: {
  readonly channel: string;
  readonly incident: string;
  readonly runId: string;
  readonly approval: string;
  readonly ts: string;
  readonly said: string;
};

beforeAll(async () => {
  const playbooks = join(folder, 'playbooks');
  mkdirSync(playbooks);
  writeFileSync(
    join(playbooks, 'held.yaml'),
    `apiVersion: firebreak/v1
name: held
version: 1.0.0
owner: { product: test, technical: test, escalation: test }
triggers: [{ source: alertmanager }]
inputs: { why: { type: string, default: because } }
steps:
  - { id: hold, uses: wait, with: { signal: go } }
  - { id: ask, needs: [], uses: approval, with: { message: "?" }, approval: { from: ["@deciders"], quorum: 2 } }
`,
  );
  const config = join(folder, 'firebreak.yaml');
  const access = rights
    .filter((right) => right !== 'approve')
    .map((right) => `${right}: [${holderOf(right)}]`)
    .join(', ');
  writeFileSync(
    config,
    `integrations: { alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } } }
roles: { deciders: { users: [${holderOf('approve')}] } }
access: { ${access} }
`,
  );
  const users = rights.map((right) => ({ id: holderOf(right), name: right, realName: right }));
  firebreak = await createFirebreak({ FIREBREAK_PLAYBOOKS: playbooks, FIREBREAK_CONFIG: config }, { users });
  await firebreak.start();
  const { sandbox } = firebreak;
  people = slackPeople(sandbox);
  expect(await firebreak.alert('', { alertname: 'x', id: 'x' })).toBe(202);
  const channel = await sandbox.waitFor(() => [...sandbox.workspace.channels.values()].find((c) => /-1/.test(c.name)));
  const request = await sandbox.waitFor(() => channel.messages.find(({ text }) => text.startsWith('Approval needed')));
  await sandbox.waitFor(() => channel.messages.some(({ text }) => text.startsWith('Run of held')));
  const approval = /"action_id":"approval_approve".*?"value":"([^"]+)"/.exec(JSON.stringify(request.blocks))?.[1] ?? '';
  const said = sandbox.postAs(holderOf('view'), channel.id, 'what somebody said');
  const incident = (await firebreak.get<{ items: { id: string }[] }>('/incidents')).items[0]?.id ?? '';
  place = { said, incident, channel: channel.id, ts: request.ts, approval, runId: `run_${approval.slice(4, 30)}` };
});
afterAll(async () => {
  await firebreak.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What is typed behind a command, so that it would do something. */
const words: { readonly [command: string]: string } = {
  run: 'held',
  signal: 'later-than-ever',
  note: 'a note',
  sev: '2',
  role: 'lead @view',
  declare: 'a title',
  halt: 'held a reason',
  release: 'held',
  merge: '#1',
  action: 'measure the queue 2w',
  update: 'better',
  mitigate: 'enough',
  resolve: 'enough',
  close: 'enough',
};

/** What buttons carry. */
const carriedBy = (button: string): string =>
  button === 'approval_more'
    ? `remind|${place.approval.split('|')[0]}`
    : button.startsWith('approval_')
      ? place.approval
      : button === 'halt_release'
        ? 'held'
        : place.runId;

/** Forms as they are sent: what they carry and what is filled in. */
function formNamed(name: string): { readonly form: ModalView; readonly values: { readonly [field: string]: string } } {
  const { channel: channelId, approval, runId, incident: incidentId } = place;
  const [approvalId = '', planDigest = ''] = approval.split('|');
  const carrying = (origin: FormOrigin, ...fields: readonly string[]) =>
    formOf({
      name,
      title: name,
      submit: 'Send',
      origin,
      blocks: fields.map((id) => textField({ id, label: id, isOptional: true })),
    });
  switch (name) {
    case 'run_inputs':
      return { form: carrying({ channelId, playbook: 'held' }, 'why'), values: { why: 'asked' } };
    case 'choose_playbook':
      return {
        form: choosePlaybookModal({ playbooks: [{ name: 'held', description: '' }], channelId }),
        values: { playbook: 'held' },
      };
    case 'decide_approval':
      return { form: carrying({ channelId, approvalId, planDigest, decision: 'approve' }, 'reason'), values: {} };
    case 'choose_approval': {
      const choices = [{ value: approvalId, label: 'it' }];
      const form = carrying({ channelId, decision: 'approve' });
      return {
        form: { ...form, blocks: [choiceField({ id: 'approval', label: 'Which', choices, isFolded: true })] },
        values: { approval: approvalId },
      };
    }
    case 'break_glass':
      return {
        form: carrying({ channelId, approvalId, planDigest }, 'reason'),
        values: { reason: 'the region burns' },
      };
    case 'question_approval':
      return { form: carrying({ channelId, approvalId }, 'question'), values: { question: 'is it safe?' } };
    case 'reassign_approval':
      return { form: carrying({ channelId, approvalId }, 'to'), values: { to: '@deciders' } };
    case 'declare':
      return { form: declareModal({ channelId }), values: { title: 'by a form', severity: '3' } };
    case 'halt':
      return { form: carrying({ channelId }, 'scope', 'reason'), values: { scope: 'held', reason: 'a reason' } };
    case 'release':
      return { form: carrying({ channelId, scope: 'held' }), values: {} };
    case 'incident_order':
      return { form: carrying({ channelId, incidentId, asked: 'note' }, 'text'), values: { text: 'by a form' } };
    case 'action_item':
      return { form: carrying({ channelId, incidentId }, 'text'), values: { text: 'by a form' } };
    case 'order_run':
      return { form: carrying({ channelId, runId, order: 'compensate' }, 'reason'), values: {} };
    default:
      throw new Error(`the table does not know how to send the form ${name}`);
  }
}

/** Buttons that open a page of somebody else's: whoever may press them is answered by the page. */
const opensPage = /^open_(runbook|dashboard|graph)$/;

/** Uses it, and answers what the person then reads. */
async function use({ kind, name }: SlackSurface, user: string): Promise<string> {
  const { sandbox } = firebreak;
  const { channel, ts } = place;
  if (kind === 'form') {
    const { form, values } = formNamed(name);
    const blocks = form.blocks.map((block, i) => ({ block_id: `b${i}`, ...block }));
    const id = `V${user}${name}`;
    const view = { ...form, blocks } as unknown as View['view'];
    const open: View = { id, user, rootId: id, previousId: null, view, hash: '1', values: {} };
    sandbox.workspace.views.set(id, open);
    return people.send(user, channel, open, values);
  }
  const on = name === 'declare' ? {} : { on: { channel, ts: place.said } };
  if (kind === 'button' && opensPage.test(name) && user === holderOf('view')) {
    await sandbox.click({ user, channel, ts, actionId: name, value: carriedBy(name) });
    return '';
  }
  const shown = await people.sees(user, channel, () =>
    kind === 'shortcut'
      ? sandbox.shortcut({ user, callbackId: name, ...on })
      : kind === 'command'
        ? sandbox.command({ user, channel, text: `${name} ${words[name] ?? ''}`.trim() })
        : sandbox.click({ user, channel, ts, actionId: name, value: carriedBy(name) }),
  );
  return shown.type === 'said' ? shown.text : textOfForm(shown.form);
}

const refusalOf = (right: NeededRight): RegExp =>
  right === 'approve' || right === 'attend'
    ? /only @deciders.* may (decide|see to) this/
    : new RegExp(`lacks the right '?\`?${right}\\b`);
const anyRefusal = /lacks the right|may (decide|see to) this/;

type Timeline = { readonly items: readonly { readonly actor: { readonly kind: string } }[] };
type Numbers = { readonly items: readonly { readonly number: number }[] };

/** Everything that people have changed: what they did to each incident and its runs, and what is halted. */
async function changedByPeople(): Promise<unknown> {
  const { items } = await firebreak.get<Numbers>('/incidents');
  const events = await Promise.all(
    items.map(async ({ number }) => {
      const timeline = await firebreak.get<Timeline>(`/incidents/${number}/timeline`);
      return timeline.items.filter(({ actor }) => actor.kind === 'user');
    }),
  );
  return { incidents: items.map(({ number }) => number), events, switches: await firebreak.get('/kill-switches') };
}

it('who may use what in Slack: exactly those who hold the right, and others change nothing', async () => {
  const before = await changedByPeople();
  const may = new Map(slackSurfaces.map((surface) => [surface, new Map<SlackRight, boolean>()]));
  for (const surface of slackSurfaces)
    for (const right of rights.filter((one) => !suffices(one, surface.right))) {
      const said = await use(surface, holderOf(right));
      expect(said, `${surface.kind} ${surface.name} by somebody with ${right} only`).toMatch(refusalOf(surface.right));
      may.get(surface)?.set(right, false);
    }
  expect(await changedByPeople()).toEqual(before);
  for (const surface of slackSurfaces) {
    const right = rights.find((one) => suffices(one, surface.right));
    if (!right) throw new Error(`nobody in the table holds ${surface.right}`);
    const said = await use(surface, holderOf(right));
    expect(said, `${surface.kind} ${surface.name} by somebody with ${right}`).not.toMatch(anyRefusal);
    may.get(surface)?.set(right, true);
  }
  expect(await changedByPeople()).not.toEqual(before);
  const rows = [...may].map(([{ kind, name }, seen]) => ({ surface: `${kind} ${name}`, may: seen }));
  console.log(rightsTable('Slack', rights, rows));
}, 300_000);
