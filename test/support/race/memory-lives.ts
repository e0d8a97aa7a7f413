// The streams of playbooks in memory, with the same optimistic concurrency as the real ones, and change control where the folder decides.
// test/contract/playbook-lives.test.ts holds both to the same promises.
import { playbookStreamId, unknownPlaybook } from '../../../src/core/change-control/state.ts';
import type { Playbook } from '../../../src/core/playbook/playbook.ts';
import { playbookRef } from '../../../src/core/playbook/playbook.ts';
import { emptyRulebook } from '../../../src/core/policy/rulebook.ts';
import { err, ok } from '../../../src/core/result.ts';
import type { ChangeControlPorts } from '../../../src/ports/change-control.ts';
import type { PlaybookLives } from '../../../src/ports/ledger.ts';
import { copy } from './copy.ts';
import type { MemoryTables } from './memory-store.ts';

/** The playbook streams on tables in memory. */
export function createMemoryLives({ events, lives }: Pick<MemoryTables, 'events' | 'lives'>): PlaybookLives {
  const loaded = (name: string) => copy(lives.get(name) ?? { life: unknownPlaybook(name), head: null });
  return {
    load: async (name) => loaded(name),
    loadAll: async (names) => new Map(names.map((name) => [name, loaded(name)])),
    heads: async () => new Map([...lives].map(([name, { head }]) => [name, head])),
    async append({ life, head, expected, events: written }) {
      const end = lives.get(life.name)?.head;
      if (end?.version !== expected?.version || end?.hash !== expected?.hash) return 'conflict';
      lives.set(life.name, copy({ life, head }));
      const id = playbookStreamId(life.name);
      events.set(id, [...(events.get(id) ?? []), ...copy(written)]);
      return 'appended';
    },
  };
}

/** Change control as a test has it that is about something else: the folder decides, and nothing is in it. */
export function noChangeControl(byDigest: (digest: string) => Playbook | null): ChangeControlPorts {
  return {
    mode: 'folder',
    replace: () => undefined,
    versions: { keep: async (playbook) => playbookRef(playbook), byDigest: async (digest) => byDigest(digest) },
    history: { find: async () => null },
    compile: () => err(['nothing is compiled here']),
    readFolder: () => ok([]),
    playTests: () => ({ cases: 0, problems: [] }),
    recordedRuns: async function* () {},
    trials: { outcomes: async () => [] },
    readRules: () => ok({ book: emptyRulebook, source: 'a test' }),
    reloadables: [],
  };
}
