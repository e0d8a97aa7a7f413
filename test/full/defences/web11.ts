// Defences of the web application: who is let to its pages, what they may load, and the record that the browser checks itself.
import type { Defence } from './defence.ts';

const guard = 'test/unit/session-guard.test.ts';
const picture = 'test/unit/web-picture.test.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'E: a link without a sign-in',
    defence: 'Whoever has not signed in is sent to the sign-in from every page.',
    file: 'src/http/app-pages.ts',
    find: 'request.server.signInAt === null && wantsPage(request)',
    replace: 'wantsPage(request)',
    test: guard,
    title: 'leads a browser to the sign-in',
  },
  {
    threat: 'E: a page of another site around ours',
    defence: 'No other site may put the page into a frame.',
    file: 'src/http/page.ts',
    find: `"frame-ancestors 'none'"`,
    replace: '"frame-ancestors *"',
    test: guard,
    title: 'whose policy lets nothing in',
  },
  {
    threat: 'E: a record that was changed',
    defence: 'The browser calculates each hash anew instead of believing it.',
    file: 'src/web/model/chain.ts',
    find: "if (head !== hash) return { outcome: 'bad', seq, why: 'it is not what was recorded' };",
    replace: '',
    test: picture,
    title: 'with one changed letter',
  },
  {
    threat: 'E: entries left out of a record',
    defence: 'The browser counts the entries.',
    file: 'src/web/model/chain.ts',
    find: "if (seq !== index + 1) return { outcome: 'bad', seq, why: `entry ${index + 1} is missing` };",
    replace: '',
    test: picture,
    title: 'with one changed letter',
  },
];
