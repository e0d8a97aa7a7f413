// The migrations in order. A migration that has been released is never edited; a new one is added below it.
import type { Migration } from '../migrate.ts';
import { ledger } from './0001-ledger.ts';
import { changes } from './0002-changes.ts';
import { checkpoints } from './0003-checkpoints.ts';
import { workerActions } from './0004-worker-actions.ts';
import { incidentTimers } from './0005-incident-timers.ts';
import { systemStream } from './0006-system-stream.ts';
import { snapshotDigests } from './0007-snapshot-digests.ts';
import { usedProofs } from './0008-used-proofs.ts';
import { deadDeliveries } from './0009-dead-deliveries.ts';
import { vouchedHeads } from './0010-vouched-heads.ts';
import { narrowRows } from './0012-narrow-rows.ts';
import { archivedStreams } from './0014-archived-streams.ts';
import { retention } from './0015-retention.ts';
import { headsInPlace } from './0016-heads-in-place.ts';
import { intakeQueue } from './0018-intake-queue.ts';
import { deliveryProofs } from './0019-delivery-proofs.ts';
import { cheapRows } from './0020-cheap-rows.ts';
import { deliveryNotes } from './0021-delivery-notes.ts';
import { groupStreams } from './0022-group-streams.ts';
import { firingAlerts } from './0023-firing-alerts.ts';
import { silenced } from './0025-silenced.ts';
import { owedMessages } from './0026-owed-messages.ts';
import { heartbeats } from './0027-heartbeats.ts';
import { sessions } from './0034-sessions.ts';
import { slackRates } from './0035-slack-rates.ts';
import { incidentWords } from './0040-incident-words.ts';
import { measuredIncidents } from './0041-measured-incidents.ts';
import { actionItems } from './0043-action-items.ts';
import { evidence } from './0046-evidence.ts';
import { privateIncidents } from './0049-private-incidents.ts';
import { announcedThreads } from './0050-announced-threads.ts';
import { archivedPrivate } from './0058-archived-private.ts';
import { slo } from './0061-slo.ts';
import { wordsInAStorm } from './0073-words-in-a-storm.ts';
import { digests } from './0074-digests.ts';
import { rulebooks } from './0078-rulebooks.ts';
import { shadowed } from './0080-shadowed.ts';
import { stepUp } from './0084-step-up.ts';
import { archivedGroups } from './0085-archived-groups.ts';

/** Every migration, oldest first. */
export const migrations: readonly Migration[] = [
  ledger,
  changes,
  checkpoints,
  workerActions,
  incidentTimers,
  systemStream,
  snapshotDigests,
  usedProofs,
  deadDeliveries,
  vouchedHeads,
  narrowRows,
  archivedStreams,
  retention,
  headsInPlace,
  intakeQueue,
  deliveryProofs,
  cheapRows,
  deliveryNotes,
  groupStreams,
  firingAlerts,
  silenced,
  owedMessages,
  heartbeats,
  sessions,
  slackRates,
  incidentWords,
  measuredIncidents,
  actionItems,
  evidence,
  privateIncidents,
  announcedThreads,
  wordsInAStorm,
  archivedPrivate,
  slo,
  digests,
  rulebooks,
  stepUp,
  shadowed,
  archivedGroups,
];
