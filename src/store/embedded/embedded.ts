// A real PostgreSQL of Firebreak's own, where no DATABASE_URL is set: kept alive while Firebreak lives and stopped with it.
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../ports/runtime.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { lockDirectory } from './data-directory.ts';
import { endLeftovers } from './leftovers.ts';
import {
  boundLog,
  freePort,
  PortTakenError,
  type Postmaster,
  startPostmaster,
  stopPostmaster,
  urlsOf,
} from './postmaster.ts';

/** A running embedded database. */
export type EmbeddedPostgres = {
  /** As the owner, who may do everything. Stays the same until `stop`, also when the server had to be started again. */
  readonly url: string;
  /** As the role of the application, which cannot change the record; likewise. */
  readonly applicationUrl: string;
  /** The server's process, if one runs now. */
  readonly pid: () => number | undefined;
  readonly stop: () => Promise<void>;
};

/** How to run it. */
export type EmbeddedOptions = {
  readonly dataDir: string;
  readonly log: Log;
  /** Tried first; if it is taken, another is chosen. Default: a free one. */
  readonly port?: number;
  /** Off only for tests: a crash of the machine may then lose commits. */
  readonly fsync?: boolean;
};

const boundLogEveryMs = 60_000;
/** A server that lived this long did not fail to start. */
const settledAfterMs = 10_000;
const longestPauseMs = 30_000;

/**
 * Starts the database under `<dataDir>/postgres`, creating it if it is not there, and starts it again should it die.
 * @throws DataDirectoryInUseError if another Firebreak has the directory
 * @throws EmbeddedPostgresError with what to do about it
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const unlock = lockDirectory(options.dataDir);
  try {
    const cluster = await openCluster(options.dataDir);
    await endLeftovers(cluster, options.log);
    const { port, postmaster } = await startOnFreePort(cluster, options);
    return keepAlive(cluster, port, postmaster, options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function startOnFreePort(
  cluster: Cluster,
  { port: wanted, fsync = true }: EmbeddedOptions,
): Promise<{ port: number; postmaster: Postmaster }> {
  for (let attempt = 0; ; attempt += 1) {
    const port = attempt === 0 && wanted !== undefined ? wanted : await freePort();
    try {
      return { port, postmaster: await startPostmaster(cluster, port, fsync) };
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === 4) throw error;
    }
  }
}

function keepAlive(
  cluster: Cluster,
  port: number,
  first: Postmaster,
  { log, fsync = true }: EmbeddedOptions,
  unlock: () => void,
): EmbeddedPostgres {
  const stopping = new AbortController();
  let postmaster: Postmaster | null = first;
  let startedAt = Date.now();
  let failures = 0;

  async function live(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (postmaster) {
        const how = await postmaster.ended;
        postmaster = null;
        if (stopping.signal.aborted) return;
        failures = Date.now() - startedAt > settledAfterMs ? 0 : failures + 1;
        log.error({ how }, 'the database ended; starting it again');
      }
      // At once the first time, then ever more slowly.
      const pauseMs = failures <= 1 ? 0 : Math.min(longestPauseMs, 250 * 2 ** Math.min(failures, 8));
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) await restart();
    }
  }

  async function restart(): Promise<void> {
    try {
      await endLeftovers(cluster, log);
      postmaster = await startPostmaster(cluster, port, fsync);
      startedAt = Date.now();
      log.warn({ pid: postmaster.child.pid }, 'the database runs again');
    } catch (error) {
      failures += 1;
      log.error({ err: error }, 'the database does not start; trying again');
    }
  }

  const urls = urlsOf(cluster, port);
  const living = live();
  const logWatch = setInterval(() => {
    try {
      boundLog(cluster);
    } catch (error) {
      // A full disk, which is no reason to end.
      log.warn({ err: error }, "the database's log could not be shortened");
    }
  }, boundLogEveryMs).unref();
  // Where a process exits without stopping anything, this is the last word it gets to say.
  const lastWord = () => postmaster?.child.kill('SIGINT');
  process.once('exit', lastWord);

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping.abort();
    clearInterval(logWatch);
    if (postmaster) await stopPostmaster(postmaster);
    // A restart under way is let come to its end, so that its server is stopped too.
    await living;
    if (postmaster) await stopPostmaster(postmaster);
    process.off('exit', lastWord);
    unlock();
  };
  return {
    url: urls.owner,
    applicationUrl: urls.application,
    pid: () => postmaster?.child.pid,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
