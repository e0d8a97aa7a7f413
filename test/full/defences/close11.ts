// What the page relies on: words of people, streams that end, and pages of paper.
import type { Defence } from './defence.ts';

/** They, each with the edit that takes it out. */
export const defences: readonly Defence[] = [
  {
    threat: 'a link from Slack that does something when it is pressed',
    defence: 'Only an address of a page is followed from the chat.',
    file: 'src/core/timeline/own-words.ts',
    find: '/^https:\\/\\/[^\\s]{1,2000}$/.test(textOf(link)) && visibleText(textOf(link)) === link ? link : null',
    replace: 'typeof link === "string" ? link : null',
    test: 'test/unit/chat-of-incident.test.ts',
    title: 'follows no address',
  },
  {
    threat: 'a message that was deleted in Slack takes its words with it',
    defence: 'What a deleted message said stays in the chat, marked.',
    file: 'src/web/model/chat.ts',
    find: 'lines.set(key, { ...known, isDeleted: true })',
    replace: 'lines.delete(key)',
    test: 'test/unit/chat-of-incident.test.ts',
    title: 'never loses its words',
  },
  {
    threat: 'a log full of failures that were none',
    defence: 'A route that wrote its answer itself has ended when that is sent.',
    file: 'src/http/api/serve-routes.ts',
    find: "typeof answered === 'object' && answered !== null && 'ok' in answered",
    replace: "'ok' in (answered as object)",
    test: 'test/unit/file-routes.test.ts',
  },
];
