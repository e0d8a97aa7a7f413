// Opens the form for a playbook's inputs and takes its submission, which starts the run; what is wrong is said at the field.
import type { App } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { People } from '../../core/authority/membership.ts';
import type { FieldFault } from '../../core/refusal.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { Operations } from '../../ports/operations.ts';
import type { ReadModels } from '../../ports/reads.ts';
import { slackPrincipal } from '../identity.ts';
import { faultsByField, InputsOrigin, inputsCallback, inputsModal, readInputs } from '../views/inputs-modal.ts';

/** A form that is asked for: within three seconds of the trigger. */
export type AskInputs = (asked: {
  readonly triggerId: string;
  readonly channelId: string;
  readonly playbook: string;
  readonly given: { readonly [name: string]: string };
  readonly faults: readonly FieldFault[];
}) => Promise<boolean>;

/** Opens forms; false if the playbook has no inputs to ask for. */
export function createAskInputs(client: WebClient, catalog: PlaybookCatalog): AskInputs {
  return async ({ triggerId, channelId, playbook, given, faults }) => {
    const known = catalog.byName(playbook);
    if (!known || Object.keys(known.inputs).length === 0) return false;
    await client.views.open({ trigger_id: triggerId, view: inputsModal(known, channelId, given, faults) });
    return true;
  };
}

/** Registers the submission. */
export function addModal(
  app: App,
  {
    operations,
    reads,
    people,
  }: { readonly operations: Operations; readonly reads: ReadModels; readonly people: People },
): void {
  app.view(inputsCallback, async ({ ack, body, view }) => {
    const { playbook, channelId } = InputsOrigin.parse(JSON.parse(view.private_metadata));
    const incident = await reads.incidentByChannel(channelId);
    const answer = await operations.startRun({
      principal: slackPrincipal(body.user, people),
      cause: `slack/${view.id}`,
      incidentId: incident?.id ?? null,
      playbook,
      inputs: readInputs(view.state.values),
    });
    if (answer.ok) {
      await ack();
      return;
    }
    const faults = answer.error.faults ?? [{ path: 'Not started:', message: answer.error.message }];
    await ack({ response_action: 'errors', errors: faultsByField(Object.keys(view.state.values), faults) });
  });
}
