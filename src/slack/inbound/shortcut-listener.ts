// Where shortcuts come in: each is looked up in its list, asked for its right, done and answered. Holds no rule.
import type {
  AllMiddlewareArgs,
  GlobalShortcut,
  MessageShortcut,
  RespondFn,
  SlackShortcut,
  SlackShortcutMiddlewareArgs,
} from '@slack/bolt';
import type { Caller } from '../../core/authority/principal.ts';
import { slackPrincipal } from '../identity.ts';
import { saidForm } from '../views/form.ts';
import { isOwnOf } from './acknowledge-event.ts';
import { answer } from './answers.ts';
import { lacking } from './lacking.ts';
import { toSlackOnly } from './slack-address.ts';
import { contextFor, type ListenerContext, type Reply, type ShortcutCall } from './surface.ts';
import { shortcuts } from './surfaces.ts';
import { refused, unknownShortcut } from './words.ts';

type Args<S extends SlackShortcut> = Pick<SlackShortcutMiddlewareArgs<S> & AllMiddlewareArgs, 'ack' | 'context'> & {
  readonly shortcut: S;
};

/** Does what a shortcut on a message asks for; whoever chose it is answered there. */
export const messageShortcut = (
  { ack, shortcut, respond, context: own }: Args<MessageShortcut> & { readonly respond: RespondFn },
  context: ListenerContext,
): Promise<void> =>
  answer(context, {
    ack,
    respond: toSlackOnly(respond, shortcut, context),
    work: () =>
      use(
        { shortcut, on: { channelId: shortcut.channel.id, message: shortcut.message }, isOwn: isOwnOf(own) },
        context,
      ),
  });

/** Does what a shortcut asks for that is chosen in no channel: what is to be said stands in the place of a form. */
export const globalShortcut = (
  { ack, shortcut, context: own }: Args<GlobalShortcut>,
  context: ListenerContext,
): Promise<void> =>
  answer(context, {
    ack,
    respond: async () => undefined,
    async work() {
      const text = await use({ shortcut, on: null, isOwn: isOwnOf(own) }, context);
      return text === null ? null : context.openForm(shortcut.trigger_id, saidForm(text));
    },
  });

async function use(
  { shortcut, on, isOwn }: Pick<ShortcutCall, 'on' | 'isOwn'> & { readonly shortcut: SlackShortcut },
  context: ListenerContext,
): Promise<Reply> {
  const { callback_id: name, user, trigger_id: triggerId } = shortcut;
  const known = shortcuts.get(name);
  // From another version of the manifest perhaps.
  if (!known) return unknownShortcut;
  const caller: Caller = { principal: slackPrincipal(user, context.people), cause: `slack/${triggerId}` };
  const refusal = await lacking(known, caller, context);
  return refusal ? refused(refusal) : known.choose({ caller, triggerId, on, isOwn }, contextFor(context, caller));
}
