// Defences of evidence and redaction: what a browser may run, where a token may go, what passes for a redaction.
import type { Defence } from './defence.ts';

const content = 'test/unit/evidence-content.test.ts';
const fetching = 'test/unit/fetch-evidence.test.ts';
const redaction = 'test/unit/redaction.test.ts';
const owed = 'test/unit/evidence-owed.test.ts';

/** They need no database and no process. */
export const defences: readonly Defence[] = [
  {
    threat: 'evidence of a wrong type',
    defence: 'What is shown as an image is one by its bytes.',
    file: 'src/core/evidence/content.ts',
    find: "if (preview === 'image') return seen === 'image' ? typeOf(content) : null;",
    replace: "if (preview === 'image') return stored;",
    test: content,
    title: 'lets nothing be shown as an image that is none',
  },
  {
    threat: 'evidence with a secret',
    defence: 'Bytes of which no part can be replaced are not kept when they hold a secret.',
    file: 'src/engine/runs/capture-evidence.ts',
    find: "if (masker.mask(text) !== text) return err('it holds a secret and is no text in which that could be replaced');",
    replace: '',
    test: content,
    title: 'keeps bytes that are no text from being stored',
  },
  {
    threat: 'evidence of 1 GB',
    defence: 'A file is read as far as it is kept.',
    file: 'src/actions/evidence/fetch-evidence.ts',
    find: 'Buffer.alloc(Math.min(stat.size, maxItemBytes))',
    replace: 'Buffer.alloc(Math.min(stat.size, 8 * maxItemBytes))',
    test: fetching,
    title: 'of 1 GB is read as far as it is kept',
  },
  {
    threat: 'a path that leads elsewhere',
    defence: 'A file is evidence only beside the configuration or the playbooks, links resolved.',
    file: 'src/actions/evidence/fetch-evidence.ts',
    find: 'if (!roots.some((root) => isInside(root, found)))',
    replace: 'if (roots.length < 0)',
    test: fetching,
    title: 'is not',
  },
  {
    threat: 'a key as evidence',
    defence: "None of Firebreak's own files is evidence.",
    file: 'src/actions/evidence/fetch-evidence.ts',
    find: 'if (own.some((place) => isInside(place, found)))',
    replace: 'if (own.length < 0)',
    test: fetching,
    title: "is none of Firebreak's own",
  },
  {
    threat: "Slack's token goes elsewhere",
    defence: 'The token goes to hosts of Slack alone, at every hop.',
    file: 'src/slack/fetch-file.ts',
    find: 'if (!mayGetToken(address, apiUrl)) return',
    replace: 'if (hop < 0) return',
    test: fetching,
    title: 'goes along a redirect within Slack and to nobody else',
  },
  {
    threat: 'an edit that passes for a redaction',
    defence: 'A redaction vouches for exactly the data that stand there.',
    file: 'src/core/timeline/chain.ts',
    find: 'if (vouched.hash !== event.hash || vouched.now !== content)',
    replace: 'if (vouched.hash !== event.hash)',
    test: redaction,
    title: 'does not verify where the redaction names other data',
  },
  {
    threat: 'a forged redaction in a bundle',
    defence: 'The redactions of a bundle are whole events of the system stream.',
    file: 'src/core/timeline/vouched-chain.ts',
    find: 'contentHash(event) !== event.hash,\n  );',
    replace: 'event.hash === null,\n  );',
    test: redaction,
    title: 'or with one that was edited',
  },
  {
    threat: 'a redaction that changes what an incident is',
    defence: 'The stream means the same with and without.',
    file: 'src/core/redaction/plan-redaction.ts',
    find: 'if (!was.incident || !is.incident || bones(was.incident) !== bones(is.incident)) return null;',
    replace: 'if (!is.incident) return null;',
    test: redaction,
    title: 'refuses what decides about more than it says',
  },
  {
    threat: 'evidence that cannot be had is tried for ever',
    defence: 'It is given up after five tries.',
    file: 'src/core/evidence/decide.ts',
    find: 'const delay = command.mayPass ? retryAfterMs[owed.tries] : undefined;',
    replace: 'const delay = command.mayPass ? (retryAfterMs[owed.tries] ?? 320_000) : undefined;',
    test: owed,
    title: 'is tried five times, later each time',
  },
];
