// The form for a playbook's inputs. Its submission starts the run; what is wrong is said at the field.
import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { FieldFault } from '../core/refusal.ts';
import type { Operations, PlaybookCatalog, ReadModels } from '../ports.ts';
import { slackActor } from './identity.ts';
import { cut } from './text.ts';

const callbackId = 'run_inputs';
const Origin = z.object({ playbook: z.string(), channelId: z.string() });

/** The form. Slack allows titles of 24 characters and labels of 2000. */
export function inputsModal(
  catalog: PlaybookCatalog,
  playbook: string,
  channelId: string,
  given: { readonly [name: string]: string },
): ModalView {
  const inputs = Object.entries(catalog.byName(playbook)?.inputs ?? {});
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: JSON.stringify({ playbook, channelId }),
    title: { type: 'plain_text', text: cut(playbook, 24) },
    submit: { type: 'plain_text', text: 'Start' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: inputs.slice(0, 50).map(([name, spec]) => ({
      type: 'input',
      block_id: name,
      optional: !spec.required,
      label: { type: 'plain_text', text: cut(name, 2000) },
      ...(spec.description === '' ? {} : { hint: { type: 'plain_text' as const, text: cut(spec.description, 2000) } }),
      element: {
        type: 'plain_text_input',
        action_id: 'value',
        ...(given[name] ? { initial_value: cut(given[name], 3000) } : {}),
      },
    })),
  };
}

/** Opens the form; the trigger lives for three seconds. */
export function createAskInputs(client: WebClient, catalog: PlaybookCatalog) {
  return async (
    triggerId: string,
    channelId: string,
    playbook: string,
    given: { [name: string]: string },
    _faults: readonly FieldFault[],
  ) => {
    await client.views.open({ trigger_id: triggerId, view: inputsModal(catalog, playbook, channelId, given) });
  };
}

/** Registers the submission. */
export function addModal(app: App, operations: Operations, reads: ReadModels): void {
  app.view(callbackId, async ({ ack, body, view }) => {
    const origin = Origin.parse(JSON.parse(view.private_metadata));
    const values = Object.entries(view.state.values).flatMap(([name, block]) => {
      const value = block.value?.value;
      return value === null || value === undefined || value === '' ? [] : [[name, value] as const];
    });
    const incident = await reads.incidentByChannel(origin.channelId);
    const order = { actor: slackActor(body.user), cause: `slack/${view.id}`, incidentId: incident?.id ?? null };
    const answer = await operations.startRun({
      ...order,
      playbook: origin.playbook,
      inputs: Object.fromEntries(values),
    });
    if (answer.ok) {
      await ack();
      return;
    }
    const fields = answer.error.faults ?? [
      { path: `inputs.${Object.keys(view.state.values)[0]}`, message: answer.error.message },
    ];
    await ack({
      response_action: 'errors',
      errors: Object.fromEntries(fields.map(({ path, message }) => [path.replace('inputs.', ''), cut(message, 150)])),
    });
  });
}
