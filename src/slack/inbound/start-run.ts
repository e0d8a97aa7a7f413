// Starts a playbook, or says what is missing: the command and both forms lead here. Holds no rule.
import type { ModalView } from '@slack/types';
import type { Caller } from '../../core/authority/principal.ts';
import type { FieldFault } from '../../core/refusal.ts';
import { code, oneLine } from '../text.ts';
import { inputsModal } from '../views/inputs-modal.ts';
import type { InboundContext } from './surface.ts';
import { refused } from './words.ts';

/** It was started or refused, or a form is to ask for what is missing. */
export type StartAnswer =
  | { readonly outcome: 'started' | 'refused'; readonly text: string }
  | { readonly outcome: 'form'; readonly view: ModalView; readonly faults: readonly FieldFault[] };

/** The incident that a form was opened for: the one it names, else the one of its channel; null: neither. */
export const incidentOf = async (
  { incidentId, channelId }: { readonly incidentId: string | null; readonly channelId: string },
  { reads }: Pick<InboundContext, 'reads'>,
): Promise<string | null> => incidentId ?? (await reads.incidentByChannel(channelId))?.id ?? null;

/** Starts a playbook. */
export async function startRun(
  {
    caller,
    channelId,
    playbook: name,
    inputs,
    incidentId,
  }: {
    readonly caller: Caller;
    readonly channelId: string;
    readonly playbook: string;
    readonly inputs: { readonly [name: string]: string };
    readonly incidentId: string | null;
  },
  { operations, catalog }: Pick<InboundContext, 'operations' | 'catalog'>,
): Promise<StartAnswer> {
  const result = await operations.startRun({ ...caller, playbook: name, inputs, incidentId });
  if (result.ok) {
    const { run, incident } = result.value;
    const text = `Started ${oneLine(name, 100)} for #${incident.number}: ${code(run.runId)}.`;
    return { outcome: 'started', text };
  }
  const { faults } = result.error;
  const playbook = catalog.byName(name);
  if (!faults || !playbook || Object.keys(playbook.inputs).length === 0)
    return { outcome: 'refused', text: refused(result.error) };
  return { outcome: 'form', view: inputsModal({ playbook, channelId, incidentId, given: inputs, faults }), faults };
}
