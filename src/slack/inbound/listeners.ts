// The one place where Slack's interactions come in: each is looked up in its list, asked for its right, done and answered. Holds no rule.
import type {
  App,
  BlockAction,
  BlockElementAction,
  GlobalShortcut,
  MessageShortcut,
  RespondFn,
  ViewSubmitAction,
} from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Caller } from '../../core/authority/principal.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import { slackPrincipal } from '../identity.ts';
import { oneLine, opensPage } from '../text.ts';
import { cameAtMs } from './admit.ts';
import { answer, answerForm, type Respond } from './answers.ts';
import { hearEvent } from './event-listener.ts';
import { incidentHere } from './incident-here.ts';
import { lacking } from './lacking.ts';
import { globalShortcut, messageShortcut } from './shortcut-listener.ts';
import { toSlackOnly } from './slack-address.ts';
import {
  type CommandCall,
  contextFor,
  type InboundContext,
  type ListenerContext,
  type Reply,
  type SlashCommand,
  tampered,
} from './surface.ts';
import { buttons, commands, forms } from './surfaces.ts';
import { faultOf, refused, unknownButton, unknownForm, words } from './words.ts';

/** Everything of ours. */
const anyId = /^/;

/** Registers commands, buttons, forms, shortcuts and events. */
export function addListeners(app: App, context: ListenerContext, client: WebClient): void {
  onCommand(app, context);
  onButton(app, context);
  onForm(app, context, client);
  const [callback_id, type] = [anyId, 'message_action' as const];
  app.shortcut<MessageShortcut>({ callback_id, type }, (args) => messageShortcut(args, context));
  app.shortcut<GlobalShortcut>({ callback_id, type: 'shortcut' }, (args) => globalShortcut(args, context));
  app.event(anyId, (args) => hearEvent(args, context));
}

/** A click in the Home tab has no channel: it is answered there, and the tab brought up to date. */
const toPerson = (respond: RespondFn, body: BlockAction, context: ListenerContext): Respond =>
  body.view?.type === 'home' ? ({ text }) => context.home(body.user.id, text) : toSlackOnly(respond, body, context);

function onCommand(app: App, context: ListenerContext): void {
  app.command(context.command, ({ ack, command, respond, context: own }) => {
    const [name = 'help', ...rest] = words(command.text ?? '');
    const known = commands.get(name);
    return answer(context, {
      ack,
      cameAtMs: cameAtMs(own),
      respond: toSlackOnly(respond, command, context),
      work: () =>
        context.places.during(opensFormWith(known, rest) ? command.trigger_id : null, async () => {
          if (!known) {
            const near = nearest(name, [...commands.keys()]) || '.';
            return `There is no \`${oneLine(name, 40)}\`${near} Try \`${context.command} help\`.`;
          }
          const { user_id: id, user_name: userName, channel_id: channelId, trigger_id: triggerId } = command;
          const principal = slackPrincipal({ id, name: userName }, context.people);
          const caller: Caller = { principal, cause: `slack/${triggerId}` };
          const refusal = await lacking(known, caller, context);
          if (refusal) return refused(refusal);
          const incident = await incidentHere({ caller, channelId }, context);
          const call = { words: rest, caller, channelId, triggerId, incident };
          return runCommand(known, call, contextFor(context, caller));
        }),
    });
  });
}

/** Flags are nothing to go by: a form asks for the rest. */
const opensFormWith = (command: SlashCommand | undefined, typed: readonly string[]): boolean =>
  command?.opensForm === true || (command?.opensForm === 'alone' && typed.every((word) => /^(?:--|[–—])/.test(word)));

async function runCommand(command: SlashCommand, call: CommandCall, context: InboundContext): Promise<Reply> {
  if (command.where === 'anywhere') return command.run(call, context);
  const { incident } = call;
  return incident ? command.run({ ...call, incident }, context) : 'This works in the channel of an incident.';
}

/** What the button, or the choice of a menu, carries. */
function carried(action: BlockElementAction): unknown {
  if ('selected_option' in action) return action.selected_option?.value;
  return 'value' in action ? action.value : undefined;
}

function onButton(app: App, context: ListenerContext): void {
  app.action<BlockAction>(
    { type: 'block_actions', action_id: anyId },
    ({ ack, action, body, respond, context: own }) => {
      if (opensPage(action.action_id)) return ack();
      const button = buttons.get(action.action_id);
      return answer(context, {
        ack,
        cameAtMs: cameAtMs(own),
        respond: toPerson(respond, body, context),
        work: () =>
          context.places.during(button?.opensForm ? body.trigger_id : null, async () => {
            // From an older version perhaps.
            if (!button) return unknownButton;
            const principal = slackPrincipal(body.user, context.people);
            const caller: Caller = { principal, cause: `slack/${body.trigger_id}` };
            const refusal = await lacking(button, caller, context);
            if (refusal) return refused(refusal);
            const channelId = body.channel?.id ?? '';
            const click = { value: carried(action), caller, channelId, triggerId: body.trigger_id };
            return button.press(click, contextFor(context, caller));
          }),
      });
    },
  );
}

/** What every form of ours carries. */
const Origin = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'is no JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.looseObject({ channelId: z.string() }));

function onForm(app: App, context: ListenerContext, client: WebClient): void {
  app.view<ViewSubmitAction>({ callback_id: anyId, type: 'view_submission' }, ({ ack, body, view, context: own }) => {
    const form = forms.get(view.callback_id);
    const origin = Origin.safeParse(view.private_metadata);
    const channel = origin.data?.channelId ?? '';
    return answerForm(context, {
      ack,
      cameAtMs: cameAtMs(own),
      replace: context.places.replacer({ id: view.id, hash: '' }),
      fields: view.blocks.flatMap((block) => (block.type === 'input' && block.block_id ? [block.block_id] : [])),
      // A form that was opened in the Home tab is answered there.
      tell: (text) =>
        channel === ''
          ? context.home(body.user.id, text)
          : client.chat.postEphemeral({ channel, user: body.user.id, text }),
      async work() {
        if (!form) return { outcome: 'refused', faults: [{ path: '', message: unknownForm }] };
        if (!origin.success)
          return tampered(context, { form: view.callback_id, cause: `slack/${view.id}`, error: origin.error });
        const caller: Caller = { principal: slackPrincipal(body.user, context.people), cause: `slack/${view.id}` };
        const refusal = await lacking(form, caller, context);
        if (refusal) return { outcome: 'refused', faults: [faultOf(refusal)] };
        return form.submit({ origin: origin.data, values: view.state.values, caller }, contextFor(context, caller));
      },
    });
  });
}
