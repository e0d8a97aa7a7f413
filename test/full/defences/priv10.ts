// Defences of private incidents, and of what people do with an incident (issue 10, points 6 and 10).
import type { Defence } from './defence.ts';

const routes = 'test/integration/private-incidents.test.ts';
const slack = 'test/unit/slack-private.test.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'Private: whoever is no member learns of the incident by reading',
    defence: 'One guard answers everything that a surface reads, as if a private incident were not there.',
    file: 'src/engine/sight.ts',
    find: 'found && (await sight(viewer, found)) ? asSeen(found) : null',
    replace: 'found',
    test: routes,
    title: 'is answered on every route as an id that never was',
  },
  {
    threat: 'Private: an order tells that the incident is there',
    defence: 'The pipeline refuses a command on it as one on what is not there.',
    file: 'src/engine/pipeline.ts',
    find: 'for (const incident of about(loaded)) if (!(await sight(caller.principal, incident))) return null;',
    replace: '',
    test: routes,
    title: 'is answered on every route as an id that never was',
  },
  {
    threat: 'Private: a list has it, or its page is one entry short',
    defence: 'Lists leave it out in their query, so that pages are as if it were not there.',
    file: 'src/store/ledger/incident-rows.ts',
    find: '`(${parameter}::text[] IS NULL OR NOT i.is_private OR i.id = ANY(${parameter}::text[]))`',
    replace: '`(${parameter}::text[] IS NULL OR i.id = i.id)`',
    test: routes,
    title: 'stands in no list',
  },
  {
    threat: 'Private: the stream of changes tells of it',
    defence: 'A change of it is told to those who may know of it.',
    file: 'src/http/api/stream.ts',
    find: '!fed.change.isPrivate || (await reads.sees(fed.change.incidentId).catch(() => false))',
    replace: 'fed.change.seq > 0 || (await reads.sees(fed.change.incidentId))',
    test: routes,
    title: 'is told on the stream to its members alone',
  },
  {
    threat: 'Private: it ends in one that everybody sees',
    defence: 'A private incident is merged with a private one only.',
    file: 'src/core/incident/decide-merge.ts',
    find: 'if ((state.members === undefined) !== (from.members === undefined))',
    replace: 'if (state.members === undefined && from.members !== undefined && state.number < 0)',
    test: routes,
    title: 'is not told by a merge',
  },
  {
    threat: 'Private: the announce channel, people outside or the fallback channel hear of it',
    defence: 'It is told with parts of its own: its members, and no other place.',
    file: 'src/slack/outbound/privately.ts',
    find: 'if (members === undefined) return deps;',
    replace: 'if (members === undefined || members.length > 0) return deps;',
    test: slack,
    title: 'is told in a private channel to its members, and in no other place',
  },
  {
    threat: 'Private: its channel is open',
    defence: 'Its channel is a private one, and where none can be made, none takes its place.',
    file: 'src/slack/outbound/channel.ts',
    find: 'const isSecret = incident.members !== undefined;',
    replace: 'const isSecret = incident.number < 0;',
    test: slack,
    title: 'whose channel cannot be made is not told in the fallback channel',
  },
  {
    threat: 'Private: whoever was taken out reads on in the channel',
    defence: 'Who was taken out is taken out of the channel.',
    file: 'src/slack/outbound/invite-people.ts',
    find: 'if (removed === undefined) return;',
    replace: 'if (removed !== null) return;',
    test: slack,
    title: 'takes whoever was taken out of it out of its channel',
  },
  {
    threat: 'Two people take the lead at once, and one of them does not know who has it',
    defence: 'A role is given only where the one who had it then has it still.',
    file: 'src/core/incident/decide-people.ts',
    find: 'if (asked.expected !== undefined && (from ?? null) !== asked.expected)',
    replace: 'if (asked.expected !== undefined && from === role)',
    test: 'test/unit/slack-alone.test.ts',
    title: 'is taken by one of two who ask at the same moment',
  },
];
