// Every view, for random states with hostile text: within Slack's limits, nothing empty, no mention but ours, no secret.
import type { HomeView, ModalView } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert/alert.ts';
import type { Json } from '../../src/core/json.ts';
import { calloutKinds, calloutsOf } from '../../src/core/run/callouts.ts';
import type { Approval } from '../../src/core/run/state.ts';
import { checkView } from '../../src/sandbox/blocks/check.ts';
import { mentions } from '../../src/slack/identity.ts';
import { channelName, channelTopic } from '../../src/slack/outbound/channel.ts';
import { redactedForm, redactedIncident, redactedRun, redactedSwitches } from '../../src/slack/outbound/redacted.ts';
import { oneLine } from '../../src/slack/text.ts';
import { announcedCard } from '../../src/slack/views/announcement.ts';
import {
  directMessage,
  questionMessage,
  reassignedMessage,
  reminderMessage,
} from '../../src/slack/views/approval-calls.ts';
import { questionModal, readMove, reassignModal } from '../../src/slack/views/approval-menu.ts';
import { approvalMessage } from '../../src/slack/views/approval-message.ts';
import { calloutMessage, calloutOverMessage } from '../../src/slack/views/callout-message.ts';
import { choosePlaybookModal } from '../../src/slack/views/choose-playbook-modal.ts';
import { chooseApprovalModal, decisionModal } from '../../src/slack/views/decision-modal.ts';
import { readDecisionValue } from '../../src/slack/views/decision-value.ts';
import { declareModal } from '../../src/slack/views/declare-modal.ts';
import { haltMessage, haltOverMessage } from '../../src/slack/views/halt-message.ts';
import { haltModal, releaseModal } from '../../src/slack/views/halt-modal.ts';
import { homeView } from '../../src/slack/views/home.ts';
import { incidentCard } from '../../src/slack/views/incident-card.ts';
import { inputsModal } from '../../src/slack/views/inputs-modal.ts';
import { nudgeMessage } from '../../src/slack/views/nudge-message.ts';
import { orderModal } from '../../src/slack/views/order-modal.ts';
import { isShort } from '../../src/slack/views/plan-parts.ts';
import { openAgainMessage, resolutionMessage } from '../../src/slack/views/resolution-message.ts';
import { runDetails, runMessage } from '../../src/slack/views/run-message.ts';
import {
  approval,
  hostile,
  incident,
  openingAlert,
  roles,
  run,
  secret,
  switches,
} from '../support/given/slack-states.ts';
import { expectInert, expectNotBlank, expectSound, redact, textsOf, unseen } from '../support/given/sound-messages.ts';

const publicUrl = 'https://firebreak.test';

function expectSoundForm(form: ModalView | HomeView): void {
  const view = redactedForm(form, redact);
  expect(checkView(view, view.type)).toEqual([]);
  expectNotBlank([...(view.type === 'modal' ? [view.title] : []), ...view.blocks]);
  for (const { type, text } of textsOf(view.blocks)) if (type === 'mrkdwn') expectInert(text);
  expect(JSON.stringify(view)).not.toContain(secret);
}

/** Random requests may be the same one several times; real ones are not. */
const withoutTwins = (blocks: HomeView['blocks']) => {
  const seen = new Set<string>();
  return blocks.filter(({ block_id: id }) => id === undefined || (!seen.has(id) && seen.add(id)));
};

const always = (property: fc.IRawProperty<unknown>, numRuns = 300) => fc.assert(property, { numRuns });

describe('whatever the state is', () => {
  it('the incident card is sound, in its channel and elsewhere, whatever its alert says', () =>
    always(
      fc.property(
        incident,
        fc.option(openingAlert, { nil: null }),
        fc.array(run, { maxLength: 3 }),
        (row, told, all) => {
          const runs = all.map((state) => redactedRun(state, redact));
          const alert = told && (redact(told as unknown as Json) as unknown as Alert);
          const shown = redactedIncident(row, redact);
          expectSound(incidentCard(shown, { publicUrl, alert, runs }));
          const linked = { ...shown, channel: { id: 'C0INC', name: 'inc' } };
          expectSound(announcedCard(linked, { publicUrl, alert, runs }));
        },
      ),
    ));

  it('the message of a run and its details are sound', () =>
    always(
      fc.property(run, switches, (state, engaged) => {
        const shown = redactedRun(state, redact);
        expectSound(runMessage(shown, { switches: redactedSwitches(engaged, redact), playbook: null }));
        expectSound(runDetails(shown));
      }),
    ));

  it('the messages that call people are sound while they hold and afterwards, and so is a reminder', () =>
    always(
      fc.property(run, switches, incident, (state, engaged, row) => {
        const shown = redactedRun(state, redact);
        const people = mentions(['@many', '@sre'], roles);
        const halts = redactedSwitches(engaged, redact);
        const page = `${publicUrl}/incidents/${row.number}`;
        const around = { playbook: null, switches: halts, people, page };
        for (const callout of calloutsOf(shown, { playbook: null, runs: [shown], incident: 'open' })) {
          expectSound(calloutMessage({ ...around, run: shown, callout, others: 2 }));
          expectSound(calloutOverMessage(shown, callout));
        }
        for (const kind of calloutKinds) expectSound(calloutOverMessage(shown, { kind, id: 'any' }));
        expectSound(nudgeMessage(shown, { called: ['@many', '@sre'], by: '<@U0ANA>', switches: halts, roles }));
        const incidentShown = redactedIncident(row, redact);
        const runs = [{ run: shown, playbook: null }];
        for (const resolvedAt of [row.resolvedAt ?? row.openedAt, row.openedAt])
          expectSound(resolutionMessage({ incident: incidentShown, resolvedAt, runs, page }));
        for (const isOpen of [true, false])
          expectSound(openAgainMessage(incidentShown, { resolvedAt: row.openedAt, isOpen, people }));
      }),
      80,
    ));

  it('the message of an approval is sound, and has buttons as long as it is open', () =>
    always(
      fc.property(run, approval, (state, one) => {
        const shown = redactedRun({ ...state, approvals: { [one.id]: one } }, redact);
        const message = approvalMessage(shown, shown.approvals[one.id] as Approval, roles);
        expectSound(message);
        const buttons = message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
        const { id: approvalId, planDigest, status } = one;
        const short = isShort((shown.approvals[approvalId] as Approval).plan);
        const ids = [...(short ? ['approval_approve'] : []), 'approval_deny', 'approval_review', 'approval_more'];
        expect(buttons.map((button) => 'action_id' in button && button.action_id)).toEqual(
          status === 'open' ? ids : [],
        );
        if (status !== 'open') expect(message.blocks).toHaveLength(1);
        for (const button of buttons)
          if (button.type === 'button') expect(readDecisionValue(button.value)).toEqual({ approvalId, planDigest });
          else if (button.type === 'overflow')
            for (const { value } of button.options) expect(readMove(value)).toMatchObject({ approvalId });
        const note = { by: { kind: 'user' as const, id: 'U0BEN' }, at: state.startedAt };
        const asked = shown.approvals[approvalId] as Approval;
        expectSound(directMessage(shown, asked, 'C0INC'));
        expectSound(reminderMessage(asked, { ...note, type: 'reminded' }, roles));
        for (const noted of asked.notes ?? [])
          if (noted.type === 'reassigned') expectSound(reassignedMessage(asked, noted, roles));
          else if (noted.type === 'questioned')
            expectSound(questionMessage(shown, asked, { note: noted, lead: 'U0ANA' }));
      }),
    ));

  it('the topic and the name of a channel are ones that Slack takes', () =>
    always(
      fc.property(incident, (row) => {
        const topic = channelTopic(row);
        expect(topic.length).toBeLessThanOrEqual(250);
        expect(topic).not.toMatch(/[<>\n]/);
        expect(topic).not.toMatch(unseen);
        expect(channelName('inc', row)).toMatch(/^inc-\d+(-[a-z0-9]+)*$/);
        expect(channelName('inc', row).length).toBeLessThanOrEqual(76);
      }),
    ));

  const inputs = fc.dictionary(
    fc.stringMatching(/^[a-z_][a-zA-Z0-9_]{0,63}$/),
    fc.record({
      type: fc.constantFrom('string', 'number', 'boolean'),
      description: hostile,
      from: fc.constant(null),
      default: fc.option(fc.oneof(hostile, fc.boolean(), fc.integer()), { nil: null }),
      required: fc.boolean(),
      pattern: fc.constant(null),
      enum: fc.option(fc.uniqueArray(fc.oneof(hostile, fc.integer()), { maxLength: 120 }), { nil: null }),
    }),
    { maxKeys: 120, size: 'max' },
  );
  it('the form for inputs is one that Slack takes', () =>
    always(
      fc.property(inputs, hostile, hostile, fc.array(hostile, { maxLength: 30 }), (specs, name, given, wrong) => {
        const faults = wrong.map((message) => ({ path: 'inputs.a', message }));
        const values = Object.fromEntries(Object.keys(specs).map((input) => [input, given]));
        const playbook = { name: name.slice(0, 100), inputs: specs };
        expectSoundForm(inputsModal({ playbook, channelId: 'C1', given: values, faults }));
      }),
    ));

  it('the forms that decide are sound, and carry the plan they show', () =>
    always(
      fc.property(run, approval, (state, one) => {
        const shown = redactedRun({ ...state, approvals: { [one.id]: one } }, redact);
        const asked = shown.approvals[one.id] as Approval;
        for (const decision of ['approve', 'deny'] as const) {
          const view = decisionModal({ run: shown, approval: asked, decision, channelId: 'C1' });
          expectSoundForm(view);
          // What even a form has no room for is to be read there, and nothing is sent.
          if (view.submit === undefined) continue;
          expect(JSON.parse(view.private_metadata ?? '')).toEqual({
            channelId: 'C1',
            approvalId: one.id,
            planDigest: one.planDigest,
            decision,
          });
          expectSoundForm(chooseApprovalModal({ approvals: [asked], decision, channelId: 'C1' }));
          expectSoundForm(questionModal({ approval: asked, channelId: 'C1' }));
          expectSoundForm(reassignModal({ approval: asked, channelId: 'C1' }));
        }
      }),
      100,
    ));

  it('the Home tab is one that Slack takes', () =>
    always(
      fc.property(
        ...([fc.array(fc.tuple(run, approval), { maxLength: 14 }), fc.array(incident, { maxLength: 14 })] as const),
        ...([fc.array(run, { maxLength: 4 }), switches, hostile, fc.boolean()] as const),
        (asked, incidents, runs, engaged, said, may) => {
          const waiting = asked.map(([state, one]) => {
            const open: Approval = { ...one, status: 'open' };
            const shown = redactedRun({ ...state, approvals: { [one.id]: open } }, redact);
            return { run: shown, approval: shown.approvals[one.id] ?? open };
          });
          const rows = incidents.map((row) => redactedIncident(row, redact));
          const seen = {
            ...{ open: rows, recent: rows, runs: runs.map((state) => redactedRun(state, redact)) },
            switches: redactedSwitches(engaged, redact),
          };
          const can = { declare: may, run: may, halt: may };
          const content = {
            said: oneLine(said, 300).trim() || null,
            waiting,
            seen: may ? seen : null,
            user: 'U0ANA',
            may: can,
          };
          const view = homeView({ ...content, at: '2026-03-01T00:00:00.000Z' });
          expect(view.blocks.length).toBeLessThanOrEqual(100);
          expectSoundForm({ ...view, blocks: withoutTwins(view.blocks) });
        },
      ),
      20,
    ));

  it('the forms that halt, release, order, declare and start are sound, and so are the messages of a halt', () =>
    always(
      fc.property(run, switches, hostile, fc.array(hostile, { maxLength: 120 }), (state, engaged, word, names) => {
        const shown = redactedRun(state, redact);
        const halted = redactedSwitches(engaged, redact);
        const [first, ...others] = halted;
        const channelId = 'C1';
        const scopes = ['*', ...names.map((_, i) => `playbook-${i}`)];
        const note = oneLine(word, 200).trim() || 'x';
        const reason = word;
        expectSoundForm(haltModal({ scopes, scope: '*', reason, note, switches: halted, channelId }));
        if (first) expectSoundForm(releaseModal({ switches: [first, ...others], channelId }));
        for (const order of ['cancel', 'compensate'] as const)
          expectSoundForm(orderModal({ run: shown, order, channelId }));
        const playbooks = names.map((description, i) => ({
          name: `playbook-${i}`,
          description,
        }));
        if (playbooks.length > 0) expectSoundForm(choosePlaybookModal({ playbooks, channelId }));
        expectSoundForm(declareModal({ channelId, title: word, message: { channelId, ts: '1.000001' } }));
        for (const one of halted) {
          expectSound(haltMessage(one));
          expectSound(haltOverMessage(one));
        }
      }),
      100,
    ));
});
