// Defences of backups and of what is restored from them.
import type { Defence } from './defence.ts';

export const defences: readonly Defence[] = [
  {
    threat: 'F.9 a backup is restored over a record',
    defence: 'a database that holds an event or a delivery is left as it is',
    file: 'src/store/backup/load.ts',
    find: 'if (found.rows.length > 0)',
    replace: 'if (found.rows.length < 0)',
    test: 'test/integration/backup.test.ts',
    title: 'a database that holds a record is left as it is',
  },
  {
    threat: 'F.9 a backup that somebody has changed is restored',
    defence: 'the digest of all lines is held against the end of the file before anything is made',
    file: 'src/store/backup/backup-file.ts',
    find: "if (end.rows !== rows || end.sha256 !== hash.digest('hex'))",
    replace: 'if (end.rows !== rows)',
    test: 'test/integration/backup.test.ts',
    title: 'of which one letter is another',
  },
  {
    threat: 'F.9 a record is restored beside another key, and nobody believes what is added to it',
    defence: 'the key that vouches for the record must be there, unless somebody says that it is lost',
    file: 'src/store/backup/backup.ts',
    find: 'if (!anyKey) expectKey(',
    replace: 'if (anyKey) expectKey(',
    test: 'test/integration/backup.test.ts',
    title: 'only where somebody says so',
  },
];
