// Runs that have not ended are few among all there ever were: whoever counts them or goes through them finds them alone.
import type { Migration } from '../migrate.ts';

/** By what never changes, so that an update of a run that goes on stays on its page. */
export const unfinishedRuns: Migration = {
  id: '0051-unfinished-runs',
  sql: 'CREATE INDEX runs_unfinished ON runs (id) WHERE finished_at IS NULL;',
};
