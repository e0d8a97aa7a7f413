// Opens forms: within three seconds of the click or the command that asks for one.
import type { WebClient } from '@slack/web-api';
import type { Redactor } from '../../core/redact.ts';
import { redactedForm } from '../outbound/redacted.ts';
import { isPlatformError } from '../slack-error.ts';
import type { InboundContext } from './surface.ts';

/** Slack's codes of a trigger that is used up; a guide of Slack spells two of them otherwise. */
const tooLate = ['expired_trigger_id', 'exchanged_trigger_id', 'trigger_expired', 'trigger_exchanged'];

/** Makes the opener. What is too late is said, any other error rejects. */
export const createOpenForm =
  (client: WebClient, redact: Redactor): InboundContext['openForm'] =>
  async (triggerId, view) => {
    try {
      await client.views.open({ trigger_id: triggerId, view: redactedForm(view, redact) });
      return null;
    } catch (error) {
      if (!isPlatformError(error, tooLate)) throw error;
      return 'That took too long for Slack to open a form. Please ask again.';
    }
  };
