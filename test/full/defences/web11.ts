// Defences of the web application: who is let to its pages, and what they may load.
import type { Defence } from './defence.ts';

const guard = 'test/unit/session-guard.test.ts';

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
];
