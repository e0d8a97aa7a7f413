// All methods by name. A name that is not here is answered with `unknown_method`.
import { chat } from './chat.ts';
import { conversationReads } from './conversation-reads.ts';
import { conversations } from './conversations.ts';
import { files } from './files.ts';
import { marks } from './marks.ts';
import type { Method } from './method.ts';
import { people } from './people.ts';
import { views } from './views.ts';

/** The methods of the Web API that the sandbox has, by name. */
export const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries({ ...chat, ...conversations, ...conversationReads, ...people, ...marks, ...views, ...files }),
);

/** Scopes that a sandbox's bot has when nobody says otherwise; posting without membership is not among them. */
export const allScopes: readonly string[] = [
  ...new Set([
    ...[...methods.values()].flatMap(({ scopes }) => scopes),
    'commands',
    'app_mentions:read',
    'reactions:read',
  ]),
];
