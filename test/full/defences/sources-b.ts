// Defences of how deliveries get in: tokens in URLs, forms, methods, what is noted of refusals, identities of problems.
import type { Defence } from './defence.ts';

const ingest = 'test/unit/ingest.test.ts';
const decode = 'test/unit/decode-body.test.ts';
const notes = 'test/unit/delivery-notes.test.ts';
const corpus = 'test/contract/alert-corpus.test.ts';

/** Each with the test that fails without it. */
export const defences: readonly Defence[] = [
  {
    threat: 'F.4 a token in a URL',
    defence: 'The token in the query is taken out before anything of the query is stored.',
    file: 'src/http/ingest/understand.ts',
    find: 'if (proof !== undefined) fields.delete(proof);',
    replace: '',
    test: ingest,
    title: 'its token is kept nowhere',
  },
  {
    threat: 'F.4 a token in a URL',
    defence: 'A token in the URL of an integration that takes none there is refused.',
    file: 'src/http/ingest/ingest.ts',
    find: 'if (stray !== null)',
    replace: 'if (stray === "")',
    test: ingest,
    title: 'takes no token there',
  },
  {
    threat: 'F.4 a token in a URL',
    defence: 'A token that stands twice in the query proves nothing.',
    file: 'src/sources/auth/query.ts',
    find: "sent.length !== 1 || only === ''",
    replace: "only === ''",
    test: ingest,
    title: 'the same twice',
  },
  {
    threat: 'C forms of many fields',
    defence: 'The fields of a form are counted before they are built.',
    file: 'src/http/ingest/read-form.ts',
    find: 'if (++count > maxFields) return null;',
    replace: 'count += 1;',
    test: decode,
    title: 'more fields than any sender has',
  },
  {
    threat: 'C forms of many parts',
    defence: 'The parts of a multipart body are counted before it is parsed.',
    file: 'src/http/ingest/read-form.ts',
    find: "    if (++count > maxFields) return unfit('has too many fields');",
    replace: '    count += 1;',
    test: 'test/unit/read-form.test.ts',
    title: 'counted before they are built',
  },
  {
    threat: 'F.4 methods that nobody sends',
    defence: 'A method is taken only where the source says that its sender uses it.',
    file: 'src/http/ingest/ingest.ts',
    find: 'if (!methods.some((method) => method === request.method)) {',
    replace: "if (request.method === 'TRACE') {",
    test: ingest,
    title: 'where the source says that its sender uses it',
  },
  {
    threat: 'F.2 a web page sends alerts',
    defence: 'A GET of an old browser is known by its name, since it has no content type.',
    file: 'src/http/ingest/from-browser.ts',
    find: "type === '' ||",
    replace: '',
    test: ingest,
    title: 'that a web page can use',
  },
  {
    threat: 'D a flood of wrong signatures',
    defence: 'Kinds of refusals that are noted within a few seconds are bounded for each integration.',
    file: 'src/http/ingest/delivery-notes.ts',
    find: 'const isMany = kinds.size >= maxKinds && !kinds.has(key);',
    replace: 'const isMany = false;',
    test: notes,
    title: 'bounded in memory',
  },
  {
    threat: 'E secrets in what is noted',
    defence: 'Reasons and messages are masked before they are noted.',
    file: 'src/http/ingest/delivery-notes.ts',
    find: 'cleanText(mask(text))',
    replace: 'cleanText(text)',
    test: notes,
    title: 'no secret stands in a note',
  },
  {
    threat: 'D a table that only grows',
    defence: 'Of too many kinds of one integration those that are longest ago are forgotten.',
    file: 'src/store/intake/delivery-notes.ts',
    find: 'WHERE old.place > ${maxKindsKept}',
    replace: 'WHERE old.place > 1000000',
    test: 'test/contract/delivery-notes.test.ts',
    title: 'forgets what is longest ago',
  },
  {
    threat: 'Trap 13: an identity that changes while it lasts',
    defence: 'A certificate that expires is one problem, however many days are left.',
    file: 'src/sources/uptime-kuma.ts',
    find: "msg.replace(/\\d+ days?/g, 'days')",
    replace: 'msg',
    test: corpus,
    title: 'one fingerprint in all that is told of it',
  },
];
