// What `firebreak doctor` sees of the database: whether it answers, fits this program, agrees on the time and has workers.
import pino from 'pino';
import type { Config } from '../../config/environment.ts';
import { realRuntime } from '../../platform/runtime.ts';
import { databaseAccount, startedIn } from '../../store/embedded/account.ts';
import { findBinaries } from '../../store/embedded/binaries.ts';
import { DataDirectoryInUseError } from '../../store/embedded/data-directory.ts';
import { startEmbeddedPostgres } from '../../store/embedded/embedded.ts';
import { runnable } from '../../store/embedded/programs.ts';
import { addressOfRunning, hasEmbeddedDatabase } from '../../store/embedded/visitor.ts';
import { type Health, readHealth } from '../../store/postgres/health.ts';
import { messageOf } from '../session/failure.ts';
import type { Check } from './check.ts';
import { nearestFolder } from './local.ts';
import { checkRecord } from './record.ts';

const skewWarnMs = 2000;
const skewFailMs = 60_000;
const oldestMajor = 14;

/** Looks at the database these settings name. An embedded one that does not run is started for the time of the look. */
export async function checkDatabase(config: Config): Promise<readonly Check[]> {
  const about = 'database';
  try {
    if (config.databaseUrl !== null)
      return await withRecord(
        config,
        config.databaseUrl,
        checksOf(await readHealth(config.databaseUrl, realRuntime.nowMs), 'own', true),
      );
    if (!hasEmbeddedDatabase(config.dataDir)) {
      const account = databaseAccount();
      runnable(findBinaries(), account);
      startedIn(nearestFolder(config.dataDir), account);
      return [{ about, status: 'ok', found: `embedded; the first start makes it in ${config.dataDir}`, advice: null }];
    }
    return await checkEmbedded(config);
  } catch (error) {
    const advice =
      config.databaseUrl === null ? 'see the message' : 'check DATABASE_URL, and that the server runs and lets us in';
    return [{ about, status: 'fail', found: messageOf(error), advice }];
  }
}

/** The record is looked at where the schema is ours. */
async function withRecord(config: Config, url: string, checks: readonly Check[]): Promise<readonly Check[]> {
  const fits = checks.some(({ about, status }) => about === 'schema' && status === 'ok');
  return fits ? [...checks, ...(await checkRecord(config, url))] : checks;
}

async function checkEmbedded(config: Config): Promise<readonly Check[]> {
  const { dataDir } = config;
  try {
    const database = await startEmbeddedPostgres({ dataDir, log: pino({ level: 'silent' }) });
    try {
      const checks = checksOf(await readHealth(database.url, realRuntime.nowMs), 'embedded', false);
      return await withRecord(config, database.url, checks);
    } finally {
      await database.stop();
    }
  } catch (error) {
    if (!(error instanceof DataDirectoryInUseError)) throw error;
    const url = await addressOfRunning(dataDir, 5000);
    return withRecord(config, url, checksOf(await readHealth(url, realRuntime.nowMs), 'embedded', true));
  }
}

function checksOf(health: Health, kind: 'own' | 'embedded', running: boolean): readonly Check[] {
  const { version, roundTripMs, pending, unknown, workers, clockAheadMs } = health;
  const is = `PostgreSQL ${version}, ${kind === 'own' ? 'of DATABASE_URL' : 'embedded'}, answers in ${roundTripMs} ms`;
  const old = Number.parseInt(version, 10) < oldestMajor;
  const checks: Check[] = [
    {
      about: 'database',
      status: old ? 'fail' : 'ok',
      found: is,
      advice: old ? `use PostgreSQL ${oldestMajor} or newer` : null,
    },
  ];
  const schema = { about: 'schema' } as const;
  if (unknown.length > 0)
    checks.push({
      ...schema,
      status: 'fail',
      found: `made by a newer Firebreak (${unknown.join(', ')})`,
      advice: 'run that Firebreak',
    });
  else if (pending.length > 0)
    checks.push({
      ...schema,
      status: 'warn',
      found: `to be applied: ${pending.join(', ')}`,
      advice: 'run `firebreak migrate`, or just start',
    });
  else checks.push({ ...schema, status: 'ok', found: 'up to date', advice: null });
  checks.push(clockCheck(clockAheadMs), deliveriesCheck(health.deliveryFaults));
  if (pending.length === 0) checks.push(roleCheck(health.role), retentionCheck(health));
  if (!running) return checks;
  const found = `${workers} alive`;
  const advice = 'start `firebreak serve`: without a worker no run goes on';
  checks.push({ about: 'workers', status: workers > 0 ? 'ok' : 'warn', found, advice: workers > 0 ? null : advice });
  return checks;
}

/** Deliveries that were accepted or refused and that nobody has dealt with. */
function deliveriesCheck(faults: Health['deliveryFaults']): Check {
  const about = 'deliveries';
  if (faults.length === 0) return { about, status: 'ok', found: 'none is dead or tried again', advice: null };
  const words = faults.map(({ source, fault, status, count }) => {
    const why = fault === 'ours' ? 'failed here' : 'could not be used';
    return `${count} of ${source} ${why}${status === 'dead' ? ': dead' : ': tried again'}`;
  });
  const dead = faults.some(({ status }) => status === 'dead');
  const advice = dead
    ? 'see `firebreak deliveries --status dead`; mend the cause, then `firebreak deliveries replay ID`'
    : 'see the log for why';
  return { about, status: 'warn', found: words.join('; '), advice };
}

/** Whether whoever has the application's password could change what is recorded. */
function roleCheck({ name, isSuperuser, mayEditRecord }: Health['role']): Check {
  const about = 'role';
  if (!isSuperuser && !mayEditRecord)
    return { about, status: 'ok', found: `works as ${name}, which cannot change what is recorded`, advice: null };
  const found = `works as ${name}, ${isSuperuser ? 'a superuser' : 'which may delete events'}`;
  const advice =
    'give DATABASE_URL a role of its own and `firebreak migrate` the owner, as DATABASE_ADMIN_URL; see docs/operations.md';
  return { about, status: 'warn', found, advice };
}

/** How large the database is, and whether there is something to archive. */
function retentionCheck({ endedLongAgo, bytes }: Pick<Health, 'endedLongAgo' | 'bytes'>): Check {
  const mib = `the database has ${Math.ceil(bytes / 1024 / 1024)} MiB`;
  const found = `${mib}; ${endedLongAgo} incidents ended more than 90 days ago`;
  const advice = endedLongAgo >= manyEnded ? '`firebreak archive` lets them leave for verified files' : null;
  return { about: 'retention', status: advice === null ? 'ok' : 'warn', found, advice };
}

/** So many ended incidents are worth an archive. */
const manyEnded = 1000;

/** How this machine's clock agrees with the database's. */
export function clockCheck(aheadMs: number): Check {
  const skew = Math.abs(aheadMs);
  const status = skew >= skewFailMs ? 'fail' : skew >= skewWarnMs ? 'warn' : 'ok';
  const found = `the clock of the database is ${skew} ms ${aheadMs >= 0 ? 'ahead of' : 'behind'} this machine's`;
  const advice = 'set both clocks by NTP: signatures, approvals and timers go by them';
  return { about: 'clock', status, found, advice: status === 'ok' ? null : advice };
}
