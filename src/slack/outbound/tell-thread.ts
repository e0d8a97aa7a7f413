// A line into the thread of an incident's card: what people did from Slack, for everybody in the channel to read.
import type { Redactor } from '../../core/redact.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import type { Log } from '../../ports/runtime.ts';
import { troubleOf } from '../slack-error.ts';
import { ownSuffix } from './announced-key.ts';
import type { Outbox } from './outbox.ts';

/** What it needs. */
export type TellThreadDeps = { readonly outbox: Outbox; readonly redact: Redactor; readonly log: Log };

/** Makes it. The line is no promise: the timeline has what happened, and the card shows what it led to. */
export const createTellThread =
  ({ outbox, redact, log }: TellThreadDeps) =>
  (incident: IncidentRow, { cause, text }: { readonly cause: string; readonly text: string }): void => {
    const { id, channel } = incident;
    if (channel === null) return;
    outbox
      .put({
        key: `said/${id}/${cause}`,
        lane: 'log',
        incidentId: id,
        channelId: channel.id,
        thread: `card/${id}${ownSuffix(incident)}`,
        version: 0,
        message: { text: redact.text(text), blocks: [] },
      })
      .catch((error: unknown) =>
        log.warn({ incidentId: id, error: troubleOf(error).message }, 'a thread was not told what somebody did'),
      );
  };
