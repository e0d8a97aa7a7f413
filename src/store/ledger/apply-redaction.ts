// What a recorded redaction changes, in the transaction that records it and as the owner of the schema: the event or the evidence itself,
// the snapshots that follow from its stream, and what else holds the same text. Decides nothing.
import type { PoolClient } from 'pg';
import { canonicalJson, sha256 } from '../../core/json.ts';
import { tombstone } from '../../core/redaction/redact-data.ts';
import type { RunState } from '../../core/run/state.ts';
import type { AppliedRedaction, StreamHead } from '../../ports/ledger.ts';
import type { Snapshots } from './snapshots.ts';

/** Rolls back where a stream is not as it was looked at. */
export class StreamMovedOnError extends Error {
  override readonly name = 'StreamMovedOnError';
}

/** Applies it. @throws StreamMovedOnError if the stream of the event has gone on since it was read */
export async function applyRedaction(
  client: PoolClient,
  snapshots: Pick<Snapshots, 'texts'>,
  redaction: AppliedRedaction,
): Promise<void> {
  if (redaction.type === 'evidence') {
    await client.query(`UPDATE artifacts SET content = '', redacted_by = $2 WHERE digest = $1`, [
      redaction.digest,
      redaction.recordedBy,
    ]);
    return;
  }
  const { plan, head, recordedBy } = redaction;
  const { redacted, removed } = plan;
  const text = canonicalJson(redacted.data);
  await client.query('INSERT INTO redactions (stream_id, seq, recorded_by, text_hash) VALUES ($1, $2, $3, $4)', [
    redacted.streamId,
    redacted.seq,
    recordedBy,
    sha256(text),
  ]);
  const changed = await client.query('UPDATE events SET data = $3 WHERE stream_id = $1 AND seq = $2', [
    redacted.streamId,
    redacted.seq,
    text,
  ]);
  if (changed.rowCount !== 1) throw new StreamMovedOnError();
  await writeStates(client, snapshots, redaction, head);
  await scrub(client, removed);
}

async function writeStates(
  client: PoolClient,
  { texts }: Pick<Snapshots, 'texts'>,
  { plan: { states, redacted } }: Extract<AppliedRedaction, { type: 'event' }>,
  head: StreamHead,
): Promise<void> {
  switch (states.stream) {
    case 'system':
      // Its row is written by the change that records the redaction.
      return;
    case 'group':
    case 'playbook': {
      const { text, proof } =
        states.stream === 'group' ? texts.group(states.group, head) : texts.life(states.life, head);
      const { rowCount } = await client.query(
        'UPDATE streams SET state = $4, proof = $5 WHERE id = $1 AND version = $2 AND head_hash = $3',
        [redacted.streamId, head.version, head.hash, text, proof],
      );
      if (rowCount !== 1) throw new StreamMovedOnError();
      return;
    }
    case 'incident': {
      const { text, proof } = texts.incident(states.incident, head);
      // What Slack shows of it is looked at once more.
      const { rowCount } = await client.query(
        `UPDATE incidents SET state = $4, proof = $5, notify_due = true
         WHERE id = $1 AND version = $2 AND head_hash = $3`,
        [redacted.streamId, head.version, head.hash, text, proof],
      );
      if (rowCount !== 1) throw new StreamMovedOnError();
      for (const run of states.runs) await writeRun(client, texts, run, redacted.streamId);
    }
  }
}

/** Rewrites a run's snapshot as of the event that it was written with. */
async function writeRun(client: PoolClient, texts: Snapshots['texts'], run: RunState, streamId: string): Promise<void> {
  const { rows } = await client.query<{ version: number; hash: string }>(
    `SELECT e.seq AS version, encode(e.hash, 'hex') AS hash FROM runs r JOIN events e ON e.stream_id = r.incident_id
     WHERE r.id = $1 AND e.seq = coalesce(r.version,
       (SELECT max(seq) FROM events l WHERE l.stream_id = r.incident_id AND l.data->>'runId' = r.id))`,
    [run.runId],
  );
  const [at] = rows;
  if (!at) throw new StreamMovedOnError();
  const progress = texts.run(run, streamId, at);
  const origin = texts.origin(run);
  await client.query(
    'UPDATE runs SET version = $2, state = $3, proof = $4, origin = $5, origin_proof = $6 WHERE id = $1',
    [run.runId, at.version, progress.text, progress.proof, origin.text, origin.proof],
  );
}

/** Texts shorter than this stand in too many places that have nothing to do with it. */
const minScrubbed = 6;

/**
 * Takes the texts out of what is kept beside the record: bodies of deliveries that were dealt with, alerts as they fire, answers that are
 * kept for repeated requests. Deliveries that wait are left alone: they are to be read yet.
 */
async function scrub(client: PoolClient, removed: readonly string[]): Promise<void> {
  const texts = removed.filter((text) => text.length >= minScrubbed);
  for (const text of texts) {
    // As it stands inside JSON.
    const escaped = JSON.stringify(text).slice(1, -1);
    await client.query(
      `UPDATE deliveries d SET body = convert_to($3, 'UTF8'), proof = NULL,
         alerts = replace(alerts::text, $1, $3)::json, headers = replace(headers::text, $1, $3)::json
       WHERE (position(convert_to($2, 'UTF8') IN body) > 0 OR position(convert_to($1, 'UTF8') IN body) > 0
           OR position($1 IN alerts::text) > 0 OR position($1 IN headers::text) > 0)
         AND NOT EXISTS (SELECT 1 FROM intake_queue q WHERE q.receipt = d.receipt)`,
      [escaped, text, tombstone],
    );
    await client.query(
      'UPDATE firing_alerts SET alert = replace(alert::text, $1, $2)::json WHERE position($1 IN alert::text) > 0',
      [escaped, tombstone],
    );
    await client.query('DELETE FROM idempotency_keys WHERE position($1 IN response::text) > 0', [escaped]);
  }
}
