// What `firebreak doctor` sees of commands on this machine: as whom they run, and what of Firebreak's own is in their reach.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { accountNamed, ownAccount } from '../../actions/shell/login.ts';
import { ShellSettings } from '../../actions/shell/run.ts';
import type { Check } from './check.ts';

const about = 'commands';

/** Whether commands can run as the configuration says, and how far they are kept from keys and passwords. */
export function checkShell(section: unknown): readonly Check[] {
  const { allow, user, sandbox } = ShellSettings.parse(section ?? {});
  if (allow.length === 0) return [{ about, status: 'ok', found: 'no command may run', advice: null }];
  const found = `${allow.length} beginning${allow.length === 1 ? '' : 's'} of commands may run as ${user ?? ownAccount().name}`;
  const account = user === undefined ? null : accountNamed(user);
  if (account && !account.ok)
    return [
      { about, status: 'fail', found: account.error, advice: 'correct actions.shell.user, or start Firebreak as root' },
    ];
  if (sandbox === 'bwrap') {
    const works =
      spawnSync('bwrap', ['--unshare-pid', '--ro-bind', '/', '/', '--', 'true'], { timeout: 5000 }).status === 0;
    return works
      ? [{ about, status: 'ok', found: `${found}, in a box`, advice: null }]
      : [
          {
            about,
            status: 'fail',
            found: 'bwrap does not work here',
            advice: 'install bubblewrap, and allow user namespaces',
          },
        ];
  }
  if (user !== undefined) return [{ about, status: 'ok', found, advice: null }];
  return [
    {
      about,
      status: 'warn',
      found: `${found}, the user of Firebreak itself${canTrace() ? '; and one process may read the memory of another' : ''}`,
      advice:
        'what runs can read the key, the database password and files of secrets; set actions.shell.user or actions.shell.sandbox',
    },
  ];
}

/** Whether the kernel lets a process read the memory of another of its user (Yama; without it, yes). */
function canTrace(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/yama/ptrace_scope', 'utf8').trim() === '0';
  } catch {
    return process.platform === 'linux';
  }
}
