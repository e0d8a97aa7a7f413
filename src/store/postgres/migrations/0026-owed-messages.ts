// What Slack shows of incidents, so that it is known what people were not told yet.
import type { Migration } from '../migrate.ts';

/** `shows_firing`: what stands there says that something burns. `refused`: Slack's code of the last refusal; null: it took the message. */
export const owedMessages: Migration = {
  id: '0026-owed-messages',
  sql: `
ALTER TABLE slack_messages ADD COLUMN shows_firing boolean NOT NULL DEFAULT false;
ALTER TABLE slack_messages ADD COLUMN refused text;
ALTER TABLE slack_messages ADD COLUMN passed_on boolean NOT NULL DEFAULT false;
CREATE INDEX slack_messages_owed ON slack_messages (incident_id) WHERE (shows_firing OR refused IS NOT NULL) AND NOT passed_on;
`,
};
