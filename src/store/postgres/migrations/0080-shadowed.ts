// What versions in shadow decided is found by the version.
import type { Migration } from '../migrate.ts';

/** Few events are of the kind: the index is as small as they are. */
export const shadowed: Migration = {
  id: '0080-shadowed',
  sql: `
CREATE INDEX events_shadowed ON events ((data->'shadow'->>'digest'), at) WHERE type = 'shadow.decided';
`,
};
