// The form that declares an incident. Holds no rule.
import type { z } from 'zod';
import type { IncidentState } from '../../../core/incident/state.ts';
import {
  DeclaredFrom,
  declareForm,
  privateField,
  serviceField,
  severityField,
  titleField,
  usualSeverity,
} from '../../views/declare-modal.ts';
import { fieldValue } from '../../views/form.ts';
import { keepMessage } from '../keep-message.ts';
import { defineForm, type FormSubmission, type InboundContext } from '../surface.ts';
import { declaredText, faultOf } from '../words.ts';

/** The form. */
export const declare = defineForm({
  name: declareForm,
  about: 'open an incident by hand',
  right: 'respond',
  origin: DeclaredFrom,
  async submit(submission, context) {
    const { values, caller } = submission;
    const title = fieldValue(values, titleField);
    if (title === null) return { outcome: 'refused', faults: [{ path: titleField, message: 'Say what is wrong.' }] };
    const chosen = fieldValue(values, severityField) ?? '';
    const severity = /^[1-4]$/.test(chosen) ? Number(chosen) : usualSeverity;
    const service = fieldValue(values, serviceField) ?? undefined;
    const isPrivate = fieldValue(values, privateField) === 'true';
    const result = await context.operations.declare({
      ...caller,
      title,
      severity,
      service,
      privateTo: isPrivate ? [] : undefined,
    });
    if (!result.ok) return { outcome: 'refused', faults: [faultOf(result.error)] };
    await keepOrigin(submission, result.value, context);
    return { outcome: 'done', text: declaredText(result.value) };
  },
});

/** Keeps the message that it was declared from, if it was. The incident is there whatever becomes of that. */
async function keepOrigin(
  { origin: { message: from }, caller }: FormSubmission<z.output<typeof DeclaredFrom>>,
  incident: IncidentState,
  context: InboundContext,
): Promise<void> {
  if (from === undefined) return;
  const { channelId, ts } = from;
  try {
    const message = await context.channelMessages.find(channelId, ts);
    if (message) await keepMessage({ caller, incident, channelId, message, how: 'shortcut' }, context);
  } catch (error) {
    context.log.warn({ err: error, incidentId: incident.id }, 'the message an incident was declared from is not kept');
  }
}
