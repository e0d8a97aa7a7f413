// Before anything that comes from Slack is looked at: it is for this app in this workspace, and it has not come before. Both ways in,
// HTTP and Socket Mode, come through here. Answers politely what it turns away, and changes nothing. Only events may come again: what they lead
// to is told apart by the record.
import type { AllMiddlewareArgs, AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../ports/runtime.ts';
import type { UsedProofs } from '../../ports/used-proofs.ts';
import { troubleOf } from '../slack-error.ts';
import { acknowledgeEvent } from './acknowledge-event.ts';

/** What it needs. */
export type AdmitDeps = {
  readonly identity: Identity;
  readonly used: UsedProofs;
  readonly log: Log;
  readonly nowMs: () => number;
};

/** Who we are in Slack; `appId` null: Slack does not tell, because a scope is missing. */
type OwnIdentity = { readonly teamId: string; readonly appId: string | null };

/** Answers it; null as long as Slack does not. */
export type Identity = () => Promise<OwnIdentity | null>;

/**
 * How long something is remembered, in milliseconds: longer than a signature is good (five minutes before and after), a trigger
 * (three seconds, or until its form is sent), or Slack tries an envelope or event again (about an hour).
 */
const rememberedMs = 2 * 3_600_000;

const repeated = 'This came before, and was dealt with then. Nothing was done again.';
const notOurs = 'This is not for this Firebreak: it comes from another workspace or app.';
const unsure = 'Slack does not tell right now which workspace this is. Nothing was done; please try again.';

type Fields = { readonly [key: string]: unknown };
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Makes the middleware that stands before all listeners. */
export function createAdmit({ identity, used, log, nowMs }: AdmitDeps): Middleware<AnyMiddlewareArgs> {
  return async (args) => {
    args.context[cameAtKey] = nowMs();
    const body = fieldsOf(args.body);
    const own = await identity();
    if (own === null) return politely(args, unsure);
    const team =
      textOf(body['team_id']) ?? textOf(fieldsOf(body['team'])['id']) ?? textOf(fieldsOf(body['user'])['team_id']);
    const app = textOf(body['api_app_id']);
    if (team !== own.teamId || (own.appId !== null && app !== own.appId)) {
      log.warn({ team, app }, 'a request of Slack for another workspace or app was refused');
      return politely(args, notOurs);
    }
    // An event is acknowledged only when what it led to is recorded, and the record tells what came before: one that could not be dealt
    // with has to come again.
    const keys = 'event' in args ? [] : keysOf(body, args.context['came']);
    if (keys.length > 0 && !(await used.use(keys, rememberedMs))) {
      log.warn({ keys }, 'a request of Slack came again; nothing was done');
      return politely(args, repeated);
    }
    await args.next();
  };
}

const cameAtKey = 'cameAtMs';

/** When a request that was admitted came, in epoch milliseconds: Slack waits from then on. Null: it was not said. */
export function cameAtMs(context: Fields): number | null {
  const at = context[cameAtKey];
  return typeof at === 'number' ? at : null;
}

/** What may come once: how it came (a signature, an envelope), and the click or command that it tells of. */
function keysOf(body: Fields, came: unknown): readonly string[] {
  const trigger = textOf(body['trigger_id']);
  return [
    ...(typeof came === 'string' ? [`slack/${came}`] : []),
    ...(trigger === null ? [] : [`slack/trigger/${trigger}`]),
  ];
}

/** Acknowledges, so that Slack does not send it again; a command is told why. */
async function politely(args: AnyMiddlewareArgs & AllMiddlewareArgs, text: string): Promise<void> {
  if ('command' in args && args.command !== undefined) await args.ack({ response_type: 'ephemeral', text });
  else if ('event' in args) await acknowledgeEvent(args.context);
  else if ('ack' in args && typeof args.ack === 'function') await (args.ack as () => Promise<void>)();
}

/** Asks Slack once, and again as long as it does not answer. */
export function createIdentity(client: WebClient, appToken: string | null, log: Log): Identity {
  let known: Promise<OwnIdentity | null> | null = null;
  // An app-level token carries the id of its app: xapp-<n>-<app id>-...
  const fromToken = /^xapp-\d+-(A[A-Z0-9]+)-/.exec(appToken ?? '')?.[1] ?? null;
  async function ask(): Promise<OwnIdentity | null> {
    try {
      const who = await client.auth.test();
      if (!who.team_id) return null;
      return { teamId: who.team_id, appId: fromToken ?? textOf(fieldsOf(who)['app_id']) ?? (await appOf(who.bot_id)) };
    } catch (error) {
      log.warn({ error: troubleOf(error).message }, 'Slack does not tell who we are');
      known = null;
      return null;
    }
  }
  async function appOf(bot: string | undefined): Promise<string | null> {
    if (bot === undefined) return null;
    try {
      return textOf((await client.bots.info({ bot })).bot?.app_id);
    } catch (error) {
      log.warn(
        { error: troubleOf(error).message },
        'Slack does not tell the id of our app; requests for other apps pass',
      );
      return null;
    }
  }
  return () => {
    known ??= ask();
    return known;
  };
}
