// What no shape can hold of the `heartbeats:` section, such as an integration that is nowhere. Listens to nothing.
import { type Heartbeat, heartbeatSource } from '../core/alert/heartbeat.ts';
import type { TimeIntervals } from '../core/alert/time-interval.ts';
import type { Integration } from '../spi/source.ts';

/** The faults, each under a path of the file. */
export function heartbeatFaults(
  heartbeats: readonly Heartbeat[],
  known: { readonly integrations: readonly Integration[]; readonly intervals: TimeIntervals },
): readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  const heard = new Set(heartbeats.flatMap(({ name, from, where }) => (where === undefined ? [from ?? name] : [])));
  const unheard = known.integrations
    .filter(({ source, name }) => source === heartbeatSource && !heard.has(name))
    .map(({ name }) => ({ path: ['integrations', name], message: missingEntry(name) }));
  const faults = heartbeats.flatMap(({ name, from, where }, n) => {
    const path = ['heartbeats', n];
    const faults: { path: readonly PropertyKey[]; message: string }[] = [];
    const fault = (member: readonly string[], message: string) => faults.push({ path: [...path, ...member], message });
    if (heartbeats.findIndex((one) => one.name === name) < n)
      fault(['name'], `there is already one called ${name}; give each a name of its own`);
    const sender = known.integrations.find((one) => one.name === (from ?? name));
    if (where === undefined && sender === undefined)
      fault(from === undefined ? ['name'] : ['from'], missingSender(from ?? name, from === undefined));
    if (from !== undefined && from !== name && sender?.source === heartbeatSource)
      fault(['name'], `must be ${from}: an integration of the source heartbeat is the heartbeat of its name`);
    if (where?.during !== undefined && !Object.hasOwn(known.intervals, where.during))
      fault(['where', 'during'], `there is no time interval ${where.during}; describe it under \`intervals:\``);
    return faults;
  });
  return [...faults, ...unheard];
}

const missingEntry = (name: string): string =>
  `nothing says how often it must be heard, so nobody would miss it; add it under \`heartbeats:\`, such as { name: ${name}, every: 1h }`;

const missingSender = (sender: string, own: boolean): string =>
  own
    ? `there is no integration ${sender} that could be heard; add it with \`source: heartbeat\`, or say \`from\` or \`where\``
    : `there is no integration ${sender}`;
