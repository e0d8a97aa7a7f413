// The form that hands a request on. Holds no rule.
import { parseDuration } from '../../../core/time.ts';
import { AttendOrigin, reassignForm, toField, untilField, whyField } from '../../views/approval-menu.ts';
import { namesAsked } from '../../views/approval-words.ts';
import { fieldValue } from '../../views/form.ts';
import { defineForm } from '../surface.ts';
import { faultOf, mentionedUser } from '../words.ts';

/** The form. */
export const reassignApproval = defineForm({
  name: reassignForm,
  about: 'ask others whom the playbook lets decide',
  right: 'attend',
  origin: AttendOrigin,
  async submit({ origin, values, caller }, { operations, clock }) {
    const { approvalId } = origin;
    const typed = fieldValue(values, toField);
    if (typed === null) return { outcome: 'refused', faults: [{ path: toField, message: 'Say whom to ask.' }] };
    const to = mentionedUser(typed) ?? typed;
    const reason = fieldValue(values, whyField) ?? undefined;
    const lasting = fieldValue(values, untilField);
    const ms = lasting === null ? null : parseDuration(lasting.trim());
    if (lasting !== null && ms === null)
      return { outcome: 'refused', faults: [{ path: untilField, message: 'Say a duration such as 30m or 2h.' }] };
    const until = ms === null ? undefined : new Date(clock.nowMs() + ms).toISOString();
    const result = await operations.attendApproval({ ...caller, approvalId, order: 'reassign', to, reason, until });
    return result.ok
      ? {
          outcome: 'done',
          text: `Asked now, in a message of their own: ${namesAsked(result.value.approval).join(', ')}.`,
        }
      : { outcome: 'refused', faults: [faultOf(result.error)] };
  },
});
