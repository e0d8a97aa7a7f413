// Defences of the roles of the database, of archives and of what is removed by age (findings F.13 and F.14).
import type { Defence } from './defence.ts';

const archive = 'test/integration/archive.test.ts';
const role = 'test/integration/application-role.test.ts';
const retention = 'test/integration/retention.test.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'F.14 role',
    defence: 'The application can neither change nor delete what is recorded.',
    file: 'src/store/postgres/application-role.ts',
    find: '`REVOKE UPDATE, DELETE, TRUNCATE ON ${only(appendOnly)} FROM ${to}`,',
    replace: '',
    test: role,
    title: 'may not: ',
  },
  {
    threat: 'F.14 role',
    defence: 'The application cannot say by itself that a stream was archived.',
    file: 'src/store/postgres/application-role.ts',
    find: '`REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ${only(readOnly)} FROM ${to}`,',
    replace: '',
    test: role,
    title: 'may not: ',
  },
  {
    threat: 'F.14 role',
    defence: 'The embedded database is worked on as a role that is no superuser.',
    file: 'src/store/postgres/application-role.ts',
    find: 'ROLE ${name(role)} LOGIN NOSUPERUSER',
    replace: 'ROLE ${name(role)} LOGIN SUPERUSER',
    test: role,
    title: 'is what an embedded database is worked on as',
  },
  {
    threat: 'F.13 archive',
    defence: 'Not even the owner deletes an event of a stream that was not archived.',
    file: 'src/store/postgres/migrations/0014-archived-streams.ts',
    find: 'IF NOT EXISTS (SELECT 1 FROM archived_streams a WHERE a.id = OLD.stream_id AND a.version >= OLD.seq) THEN',
    replace: 'IF false THEN',
    test: archive,
    title: 'has no event deleted by its owner',
  },
  {
    threat: 'F.13 archive',
    defence: 'A stream leaves only after what can be read back of its archive was verified.',
    file: 'src/engine/record/archive-streams.ts',
    find: "if (check.outcome === 'bad') return leave(",
    replace: "if (check.outcome === 'bad' && kept === '') return leave(",
    test: archive,
    title: 'stays where what can be read back of its archive is not what was written',
  },
  {
    threat: 'F.13 archive',
    defence: 'A stream leaves only at an end that a checkpoint seals.',
    file: 'src/engine/record/archive-streams.ts',
    find: 'if (checkpoint?.version !== head.version || checkpoint.hash !== head.hash) return leave',
    replace: 'if (head.version === 0) return leave',
    test: archive,
    title: 'stays where its end is not sealed yet',
  },
  {
    threat: 'F.13 archive',
    defence: 'The audit accepts no absence that the system stream does not record.',
    file: 'src/engine/record/audit.ts',
    find: 'if (!head)\n',
    replace: 'if (!head && streamId === systemStreamId)\n',
    test: archive,
    title: 'shows a stream that was deleted without an archive',
  },
  {
    threat: 'F.13 archive',
    defence: 'What stays of an archived stream is held against the events.',
    file: 'src/store/ledger/row-faults.ts',
    find: 'archived: (archived) => archivedFault(db, archived),',
    replace: 'archived: async (archived) => (archived.length < 0 ? archivedFault(db, archived) : null),',
    test: archive,
    title: 'is found wrong where ',
  },
  {
    threat: 'F.13 retention',
    defence: 'What was delivered about an open incident stays while it is open.',
    file: 'src/store/retention/retention.ts',
    find: "AND d.alerts::text <> '[]' AND NOT ${ofOpenIncident}`",
    replace: "AND d.alerts::text <> '[]'`",
    test: retention,
    title: 'keeps what was delivered about an alert of an open incident',
  },
  {
    threat: 'F.13 retention',
    defence: 'Removing waits for nobody.',
    file: 'src/store/retention/retention.ts',
    find: ' SKIP LOCKED)`',
    replace: ')`',
    test: retention,
    title: 'passes over rows that somebody else holds',
  },
];
