// `firebreak explain --replay 30d --config NEW.yaml`: the stored deliveries through another configuration, and what would be different. Reads the
// database itself, changes nothing.
import { Worker } from 'node:worker_threads';
import { isMuteEvent } from '../../core/system/mutes.ts';
import { isSystemEvent, readEvent } from '../../core/timeline/read-event.ts';
import { compareSimulations, isSame, type SimulationTotals, type WhatIf } from '../../engine/what-if/compare.ts';
import type { MuteFact, SimulatedIncident, WhatIfResult } from '../../engine/what-if/simulate.ts';
import { programRoot } from '../../platform/program-root.ts';
import { realRuntime } from '../../platform/runtime.ts';
import type { Store } from '../../store/open.ts';
import { withRecord } from '../session/database.ts';
import { CliError, line, print, printJson, withProgress } from '../session/output.ts';
import { otherConfig, type SideAsked } from './what-if-side.ts';
import type { FromSide, ToSide } from './what-if-thread.ts';

/** What is asked: deliveries since an instant, through the configuration of a file. */
export type WhatIfAsked = { readonly since: string; readonly file: string; readonly json: boolean };

/** What would differ, and what played no part in it. */
export type Replayed = WhatIf & { readonly leftOut: readonly string[] };

/** Whatever the configurations say. */
const neverSimulated = [
  'bodies are not read anew, so a changed mapping shows nothing',
  'no heartbeat is missed that was not missed',
  'nobody acknowledges, resolves or starts anything',
  'every run ends at once',
];

/** Prints the differences. */
export async function whatIf({ since, file, json }: WhatIfAsked): Promise<void> {
  const found = await replayed({ since, file });
  if (json) printJson(found);
  else print(whatIfText(found, since));
}

/** The differences that another configuration would have made. @throws CliError if one of the two cannot be used */
export async function replayed({ since, file }: Pick<WhatIfAsked, 'since' | 'file'>): Promise<Replayed> {
  // Before a database is opened for nothing.
  otherConfig(file);
  const [before, after] = await withRecord(({ store }) =>
    withProgress('replaying deliveries', (step) => replay(store, { since, file }, step)),
  );
  const leftOut = [...new Set([...before.leftOut, ...after.leftOut, ...neverSimulated])];
  return { ...compareSimulations(before.result, after.result), leftOut };
}

type Told = { readonly result: WhatIfResult; readonly leftOut: readonly string[] };

async function replay(
  store: Pick<Store, 'deliveriesSince' | 'events'>,
  { since, file }: Pick<WhatIfAsked, 'since' | 'file'>,
  step: (done: string) => void,
): Promise<readonly [Told, Told]> {
  const mutes: MuteFact[] = [];
  for await (const stored of store.events.readStream('system')) {
    const read = readEvent(stored);
    if (read.outcome === 'known' && isSystemEvent(read.event) && isMuteEvent(read.event))
      mutes.push({ ...read.event, at: stored.at, actor: stored.actor });
  }
  const [before, after] = [startSide({ file: null, mutes }), startSide({ file, mutes })];
  try {
    let count = 0;
    for await (const page of store.deliveriesSince(since)) {
      await Promise.all([before.take(page), after.take(page)]);
      count += page.length;
      step(`${count} deliveries`);
    }
    const at = new Date(realRuntime.nowMs()).toISOString();
    return await Promise.all([before.end(at), after.end(at)]);
  } finally {
    await Promise.all([before.stop(), after.stop()]);
  }
}

/** Pages that may wait for a side. */
const maxAhead = 3;

/** Starts a side in a thread of its own: the two take as long as the slower of them. */
function startSide(asked: SideAsked) {
  const worker = new Worker(new URL('dist/cli/alerts/what-if-thread.js', programRoot), {
    workerData: asked,
  });
  let ahead = 0;
  let wake = (): void => undefined;
  const told = new Promise<Told>((resolve, reject) => {
    worker.on('error', reject).on('message', (answer: FromSide) => {
      if (answer.type === 'result') resolve(answer);
      else if (answer.type === 'failed') reject(new CliError('configuration', answer.message));
      else {
        ahead -= 1;
        wake();
      }
    });
  });
  // Whoever hands over a page hears of it.
  told.catch(() => undefined);
  const send = (message: ToSide) => worker.postMessage(message);
  return {
    /** Resolves when it has room for another page. */
    async take(page: Extract<ToSide, { type: 'page' }>['page']): Promise<void> {
      send({ type: 'page', page });
      ahead += 1;
      while (ahead >= maxAhead)
        await Promise.race([
          told,
          new Promise<void>((resolve) => {
            wake = resolve;
          }),
        ]);
    },
    end(at: string): Promise<Told> {
      send({ type: 'end', at });
      return told;
    },
    stop: () => worker.terminate(),
  };
}

const mostShown = 50;

/** The differences as text. */
export function whatIfText(found: Replayed, since: string): string {
  const { deliveries, alerts, before, after, gone, fresh, runs, leftOut } = found;
  const head = `${deliveries} deliveries with ${alerts} alerts since ${since}`;
  const left = leftOut.map((one) => `left out: ${line(one, 300)}`);
  if (isSame(found))
    return [head, `no difference: ${before.incidents} incidents, ${before.runs} runs`, ...left].join('\n');
  const row = (name: string, of: (totals: SimulationTotals) => number) =>
    `${name.padEnd(24)} ${String(of(before)).padStart(8)} ${String(of(after)).padStart(8)}`;
  return [
    head,
    `${''.padEnd(24)} ${'now'.padStart(8)} ${'then'.padStart(8)}`,
    row('incidents', ({ incidents }) => incidents),
    row('opened', ({ opened }) => opened),
    row('runs', (totals) => totals.runs),
    row('told by a channel', ({ told }) => told.channel),
    row('told by a thread', ({ told }) => told.thread),
    row('told by a line', ({ told }) => told.line),
    row('told nobody in Slack', ({ told }) => told.none),
    ...runs.map((one) => `run ${line(one.playbook, 60)}: ${one.before} now, ${one.after} then`),
    ...listed('-', gone),
    ...listed('+', fresh),
    ...left,
  ].join('\n');
}

function listed(sign: string, incidents: readonly SimulatedIncident[]): readonly string[] {
  const lines = incidents.slice(0, mostShown).map(({ openedAt, title, told, owner, runs }) => {
    const details = [told, ...(owner === null ? [] : [line(owner, 60)]), ...runs.map((name) => line(name, 60))];
    return `${sign} ${openedAt}  ${line(title, 100)}  (${details.join(', ')})`;
  });
  return incidents.length > mostShown ? [...lines, `${sign} … ${incidents.length - mostShown} more`] : lines;
}
