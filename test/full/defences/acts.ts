// Defences of actions and of the process itself (findings C.6 to C.10 and F.12).
import type { Defence } from './defence.ts';

const guard = 'test/integration/actions-guard.test.ts';
const descent = 'test/integration/shell-descent.test.ts';
const answers = 'test/integration/http-answers.test.ts';
const lifetime = 'test/integration/lifetime.test.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'F.12',
    defence:
      'What left its command by a double fork, a session and a clean environment of its own is found by its mark.',
    file: 'src/actions/shell/descent.ts',
    find: 'const isOurs = stat.session === first || (await isMarked(pid, mark));',
    replace: 'const isOurs = stat.session === first && mark.kib > 0;',
    test: descent,
    title: 'is ended when the command fails',
  },
  {
    threat: 'F.12',
    defence: 'What obeys no SIGTERM is killed.',
    file: 'src/actions/shell/descent.ts',
    find: "if (isOver) send(pid, 'SIGKILL');",
    replace: "if (isOver) send(pid, 'SIGTERM');",
    test: descent,
    title: 'is ended when the command is',
  },
  {
    threat: 'C.9',
    defence: 'What a command leaves behind lives on after a success.',
    file: 'src/actions/shell/execute.ts',
    find: 'const remaining = code === 0 && !wasEnded ? await descentOf(started)',
    replace: 'const remaining = code === 0 && !wasEnded ? await endDescent(started)',
    test: descent,
    title: 'lives on when the command succeeds',
  },
  {
    threat: 'F.12',
    defence: 'An allowed name or block does not lead to the secrets of a cloud.',
    file: 'src/actions/http/address-guard.ts',
    find: 'isMetadata(address) && !allowed.exactly(address)',
    replace: 'isMetadata(address) && !allowed.exactly(address) && !allowed.name(host)',
    test: guard,
    title: 'no name and no block leads to the secrets of a cloud',
  },
  {
    threat: 'F.12',
    defence: 'An allow entry with a port opens that port alone.',
    file: 'src/actions/http/allow-list.ts',
    find: 'rule.port === null || rule.port === port',
    replace: 'rule.port === null || port > 0',
    test: guard,
    title: 'an entry with a port opens that port alone',
  },
  {
    threat: 'F.12',
    defence: 'No body and no change follows a redirect to another host.',
    file: 'src/actions/http/exchange.ts',
    find: 'if (!isGet && !readsOnly.has(method) && !isSameHost(url, next))',
    replace: 'if (!isGet && !readsOnly.has(method) && !isSameHost(url, next) && hop > maxRedirects)',
    test: guard,
    title: 'takes no body and no change along',
  },
  {
    threat: 'F.12',
    defence: 'The environment that the process was started with is wiped.',
    file: 'src/config/environment-block.ts',
    find: 'Buffer.alloc(to - from), 0, to - from, from)',
    replace: 'Buffer.alloc(0), 0, 0, from)',
    test: lifetime,
    title: 'no other process can read the environment',
  },
  {
    threat: 'F.12',
    defence: 'A rejection that nobody handles does not end the process.',
    file: 'src/platform/guards.ts',
    find: "process.on('unhandledRejection'",
    replace: "process.on('warning' as 'unhandledRejection'",
    test: lifetime,
    title: 'it survives a rejection',
  },
  {
    threat: 'C.6',
    defence: 'What comes out of a packed body is bounded.',
    file: 'src/actions/http/read-body.ts',
    find: 'if (size > maxBytes) break;',
    replace: 'if (size < 0) break;',
    test: answers,
    title: 'what comes out of a packed body is bounded',
  },
];
