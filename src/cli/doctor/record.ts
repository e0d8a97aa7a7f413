// What `firebreak doctor` sees of the record: whether the database went back in time, and whether open incidents can be believed.
import pino from 'pino';
import type { Config } from '../../config/environment.ts';
import { noMutes } from '../../core/system/mutes.ts';
import { formatDuration } from '../../core/time.ts';
import { checkpointRef } from '../../core/timeline/checkpoint.ts';
import { alertRulesOf } from '../../engine-options.ts';
import { realRuntime } from '../../platform/runtime.ts';
import type { OwedMessage } from '../../ports/slack-memory.ts';
import { openStore, type Store } from '../../store/open.ts';
import { messageOf } from '../session/failure.ts';
import type { Check } from './check.ts';
import { checkHeartbeats } from './heartbeats.ts';
import { checkSilences, namesOf } from './silences.ts';
import { checkPasskeys } from './step-up.ts';

const about = 'record';
/** Open incidents that are looked at, the newest first: doctor is quick, and `audit verify` looks at everything. */
const looked = 200;

/** Looks at the record of a database that answers and has this program's schema. */
export async function checkRecord(config: Config, databaseUrl: string): Promise<readonly Check[]> {
  try {
    const where = { databaseUrl, dataDir: config.dataDir, signingKey: config.signingKey };
    const store = await openStore(where, realRuntime, pino({ level: 'silent' }), 'read');
    try {
      const remembered = store.witness.recall();
      const kept = remembered && (await store.checkpoints.byNumber(remembered.number));
      if (remembered && (!kept || checkpointRef(kept).digest !== remembered.digest)) {
        const found = `the database has lost checkpoint ${remembered.number}: nothing is acted on`;
        const advice =
          '`firebreak audit verify`; if it was restored on purpose: `firebreak record accept-restore --reason TEXT`';
        return [{ about, status: 'fail', found, advice }];
      }
      const { items } = await store.reads.incidents({ limit: looked, cursor: null, status: 'open' });
      for (const { id } of items) await store.reads.runsOfIncident(id);
      const faults = store.faults();
      if (faults.length > 0) {
        const found = `${faults.length} streams cannot be believed and are not acted on: ${faults.map(({ streamId }) => streamId).join(', ')}`;
        return [{ about, status: 'fail', found, advice: 'run `firebreak audit verify`' }];
      }
      const sound = 'what is stored of open incidents is vouched for';
      return [
        { about, status: 'ok', found: sound, advice: null },
        ...checkHeartbeats(config.file.heartbeats, await store.heartbeats.all()),
        ...(await silencesOf(config, store)),
        ...(await passkeysOf(config, store)),
        ...(config.slack === null ? [] : [owedCheck(await store.messages.owed(looked))]),
      ];
    } finally {
      await store.close();
    }
  } catch (error) {
    return [{ about, status: 'fail', found: messageOf(error), advice: 'run `firebreak audit verify`' }];
  }
}

async function silencesOf({ file }: Config, store: Store): Promise<readonly Check[]> {
  const at = new Date(realRuntime.nowMs()).toISOString();
  const { mutes = noMutes } = (await store.systemStream.load()).state;
  const silences = [...alertRulesOf(file.alerts).silences, ...Object.values(mutes.silences)];
  const names = namesOf(silences, at);
  return checkSilences(silences, names.length === 0 ? new Map() : await store.groups.silenced(names), at);
}

async function passkeysOf(config: Config, store: Store): Promise<readonly Check[]> {
  const { passkeys = {} } = (await store.systemStream.load()).state;
  return checkPasskeys(config, passkeys, new Date(realRuntime.nowMs()).toISOString());
}

/** Whether people were told every end. */
function owedCheck(owed: readonly OwedMessage[]): Check {
  const [oldest] = owed;
  if (oldest === undefined)
    return { about: 'slack', status: 'ok', found: 'everybody was told every end', advice: null };
  const refused = owed.find((one) => one.refused !== null)?.refused;
  const why = refused ? `; Slack says ${refused}` : '';
  return {
    about: 'slack',
    status: 'warn',
    found: `${owed.length} messages are owed, the oldest (${oldest.key} in ${oldest.channelId}) for ${formatDuration(oldest.openMs)}${why}`,
    advice: 'they are tried again every minute; see that Firebreak may post there, or set slack.fallbackChannel',
  };
}
