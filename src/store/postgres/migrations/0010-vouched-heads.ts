// What sealing looks at.
import type { Migration } from '../migrate.ts';

/** Where every stream ends, with the snapshot that vouches for it. */
export const vouchedHeads: Migration = {
  id: '0010-vouched-heads',
  sql: `
CREATE VIEW stream_snapshots AS
  SELECT id, version, head_hash, sealed_version, state, proof FROM incidents
  UNION ALL SELECT id, version, head_hash, sealed_version, state, proof FROM streams;
`,
};
