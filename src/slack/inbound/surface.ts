// What people can use in Slack: commands, buttons, forms; what each must say of itself, and what it may use. Types and their
// makers only.
import type { ModalView } from '@slack/types';
import type { z } from 'zod';
import type { People } from '../../core/authority/membership.ts';
import type { Caller } from '../../core/authority/principal.ts';
import type { NeededRight } from '../../core/authority/right.ts';
import type { Redactor } from '../../core/redact.ts';
import type { FieldFault } from '../../core/refusal.ts';
import type { PlaybookCatalog, PlaybookVersions } from '../../ports/ledger.ts';
import type { OnCall } from '../../ports/on-call.ts';
import type { Operations } from '../../ports/operations.ts';
import type { IncidentRow, ReadsFor, SeenReads } from '../../ports/reads.ts';
import type { Log } from '../../ports/runtime.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import type { LookAtSlo } from '../../ports/slo.ts';
import type { AnnounceChannel } from '../outbound/announce-channel.ts';
import type { SleepingClock } from '../outbound/rate-limiter.ts';
import type { FormValues } from '../views/form.ts';
import type { Authorised } from './authorised.ts';
import type { ChannelMessages } from './channel-messages.ts';
import type { FormPlaces } from './form-places.ts';
import type { PublishHome } from './home.ts';
import type { Nudge } from './nudge.ts';
import type { Reply } from './reply.ts';
import { tamperedForm } from './words.ts';

/** What commands, buttons and forms may use. */
export type InboundContext = {
  readonly log: Log;
  readonly redact: Redactor;
  readonly clock: SleepingClock;
  readonly operations: Operations;
  readonly authorised: Authorised;
  /** What whoever acts may know of. */
  readonly reads: SeenReads;
  readonly catalog: PlaybookCatalog;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly people: People;
  /** All commands, for help. */
  readonly commands: readonly SlashCommand[];
  /** The slash command, as people type it. */
  readonly command: string;
  readonly publicUrl: string;
  /** What stands in the place of Slack's Web API; null: Slack's own. */
  readonly apiUrl: string | null;
  readonly nudge: Nudge;
  readonly home: PublishHome;
  readonly onCall: OnCall;
  readonly lookAtSlo: LookAtSlo;
  /** Messages of channels as people read them. */
  readonly channelMessages: ChannelMessages;
  /** The reaction that puts a message into the timeline; null: none does. */
  readonly timelineReaction: string | null;
  /** The announce channel; null: there is none. */
  readonly announceChannel: AnnounceChannel;
  readonly messages: Pick<SlackMessages, 'incidentOfThread'>;
  /** Tells one person in a channel; does not reject. */
  readonly tellOne: (to: { readonly channelId: string; readonly user: string }, text: string) => Promise<void>;
  /** Puts the exported timeline into a channel; answers what to tell. */
  readonly exportTo: (channelId: string, incidentId: string, caller: Caller) => Promise<string>;
  /** Opens a form, or fills the one that keeps its place; answers what to tell, null if the form is there. */
  readonly openForm: (triggerId: string, view: ModalView) => Promise<Reply>;
  /** Keeps the place of forms while what they say is looked up. */
  readonly places: FormPlaces;
  /** Writes a line into the thread of an incident's card, for everybody; does not wait for Slack. */
  readonly tellThread: (incident: IncidentRow, line: { readonly cause: string; readonly text: string }) => void;
};

/** The same before it is known who acts. */
export type ListenerContext = Omit<InboundContext, 'reads'> & { readonly readsFor: ReadsFor };

/** What somebody may use. */
export const contextFor = (context: ListenerContext, { principal }: Pick<Caller, 'principal'>): InboundContext => ({
  ...context,
  reads: context.readsFor(principal),
});

export type { Reply } from './reply.ts';

/** Where help lists a command. */
export type CommandGroup = 'Look' | 'Incident' | 'Approvals' | 'Runs' | 'Automation';

/** What every command, button and form says of itself. `name`: of a button its action id, of a form its callback id. */
type Surface = {
  readonly name: string;
  readonly about: string;
  /** Asked before anything else is done; what it is done to is asked about by the operation. */
  readonly right: NeededRight;
  /**
   * It may open a form: where that takes long, an empty one keeps its place, for a trigger is good for three seconds. `alone`: a command that
   * does so where nothing stands behind it.
   */
  readonly opensForm?: true | 'alone';
};

/** One command as somebody typed it; `words` without its name. */
export type CommandCall = {
  readonly words: readonly string[];
  readonly caller: Caller;
  readonly channelId: string;
  readonly triggerId: string;
  /** Of the channel in which it was typed. */
  readonly incident: IncidentRow | null;
};

/** A command. `where`: whether it works in the channel of an incident only. */
export type SlashCommand = Surface & {
  /** Its name and what may stand behind it. */
  readonly usage: string;
  readonly group: CommandGroup;
} & (
    | { readonly where: 'anywhere'; readonly run: (call: CommandCall, context: InboundContext) => Promise<Reply> }
    | {
        readonly where: 'incident';
        readonly run: (
          call: CommandCall & { readonly incident: IncidentRow },
          context: InboundContext,
        ) => Promise<Reply>;
      }
  );

/** A click on a button of a message. `value`: what the button carries, from outside. */
export type ButtonClick = {
  readonly value: unknown;
  readonly caller: Caller;
  readonly channelId: string;
  readonly triggerId: string;
};

/** A button of our messages. */
export type ButtonHandler = Surface & {
  readonly press: (click: ButtonClick, context: InboundContext) => Promise<Reply>;
};

/** A form that was sent. `origin`: what the form carried in its private metadata, from outside. */
export type FormSubmission<O = unknown> = {
  readonly origin: O;
  readonly values: FormValues;
  readonly caller: Caller;
};

/** What becomes of a form: it closes and the person alone is told, another takes its place, or it says at its fields what is wrong. */
export type FormAnswer =
  | { readonly outcome: 'done'; readonly text: string }
  | { readonly outcome: 'next'; readonly view: ModalView }
  | { readonly outcome: 'refused'; readonly faults: readonly FieldFault[] };

/** A form. */
export type FormHandler = Surface & {
  readonly submit: (submission: FormSubmission, context: InboundContext) => Promise<FormAnswer>;
};

/** A shortcut that somebody chose. */
export type ShortcutCall = {
  readonly caller: Caller;
  readonly triggerId: string;
  /** The message it was chosen on, from outside; null: it was chosen without one. */
  readonly on: { readonly channelId: string; readonly message: unknown } | null;
  readonly isOwn: HeardEvent['isOwn'];
};

/** A shortcut; `name`: its callback id. */
export type ShortcutHandler = Surface & {
  readonly choose: (call: ShortcutCall, context: InboundContext) => Promise<Reply>;
};

/** An event that Slack told of. */
export type HeardEvent = {
  /** What it says, from outside. */
  readonly event: unknown;
  /** Slack's id of it, for the record. */
  readonly cause: string;
  /** True for what we did ourselves, by the ids of our bot. */
  readonly isOwn: (author: { readonly user?: string | undefined; readonly bot_id?: string | undefined }) => boolean;
};

/** What is to be done about one type of event. It may come more than once and out of order; it is acknowledged once this resolves. */
export type EventHandler = {
  /** Slack's type of it. */
  readonly name: string;
  readonly about: string;
  readonly hear: (heard: HeardEvent, context: ListenerContext) => Promise<void>;
};

/** Types a shortcut. */
export const defineShortcut = (shortcut: ShortcutHandler): ShortcutHandler => shortcut;
/** Types what is to be done about an event. */
export const defineEvent = (event: EventHandler): EventHandler => event;
/** Types a command. */
export const defineCommand = (command: SlashCommand): SlashCommand => command;
/** Types a button. */
export const defineButton = (button: ButtonHandler): ButtonHandler => button;
/** Says of a form what is wrong with what it carries. */
export function tampered(
  { log }: Pick<InboundContext, 'log'>,
  { form, cause, error }: { readonly form: string; readonly cause: string; readonly error: z.ZodError },
): FormAnswer {
  const wrong = error.issues
    .map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '))
    .join('; ');
  log.warn({ form, cause, wrong }, 'a form came back with other data than it was opened with');
  return { outcome: 'refused', faults: [{ path: '', message: tamperedForm(wrong) }] };
}

/** A form with what it carries: whatever else comes back with it is told, and logged, and nothing is done. */
export const defineForm = <O extends z.ZodType>({
  origin: carried,
  submit,
  ...surface
}: Surface & {
  readonly origin: O;
  readonly submit: (submission: FormSubmission<z.output<O>>, context: InboundContext) => Promise<FormAnswer>;
}): FormHandler => ({
  ...surface,
  async submit({ origin, values, caller }, context) {
    const read = carried.safeParse(origin);
    if (read.success) return submit({ origin: read.data, values, caller }, context);
    return tampered(context, { form: surface.name, cause: caller.cause, error: read.error });
  },
});
