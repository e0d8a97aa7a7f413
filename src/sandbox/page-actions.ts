// What is done on the page: each path is one thing that a person or an administrator does. Reads bodies; decides nothing itself.
import { z } from 'zod';
import type { Faults } from './faults.ts';
import type { Administration, PersonActions, Scenario } from './types.ts';

/** What it acts through. */
export type PageActionDeps = {
  readonly person: PersonActions;
  readonly administration: Administration;
  readonly faults: Pick<Faults, 'add' | 'clear'>;
  readonly scenarios: readonly Scenario[];
  readonly command: string;
};

const Choice = z.union([z.string(), z.array(z.string())]);
const Values = z.record(z.string(), z.record(z.string(), Choice));
const place = { user: z.string(), channel: z.string() };
const Click = z.strictObject({ ...place, ts: z.string(), actionId: z.string(), value: Choice.optional() });
const Say = z.strictObject({ ...place, text: z.string().min(1).max(4000), threadTs: z.string().optional() });
const Edit = z.strictObject({ ...place, ts: z.string(), text: z.string().min(1).max(4000) });
const Point = z.strictObject({ ...place, ts: z.string() });
const React = z.strictObject({ ...place, ts: z.string(), name: z.string().regex(/^[a-z0-9_+'-]+$/), on: z.boolean() });
const Place = z.strictObject(place);
const Submit = z.strictObject({ user: z.string(), viewId: z.string(), values: Values });
const Close = z.strictObject({ user: z.string(), viewId: z.string() });
const ViewClick = z.strictObject({
  user: z.string(),
  viewId: z.string(),
  actionId: z.string(),
  value: Choice.optional(),
  values: Values.optional(),
});
const Shortcut = z.strictObject({
  user: z.string(),
  callbackId: z.string(),
  on: z.strictObject({ channel: z.string(), ts: z.string() }).optional(),
});
const Share = z.strictObject({ ...place, name: z.string().min(1).max(255), base64: z.base64() });
const Fault = z.strictObject({
  method: z.string().default('*'),
  kind: z.enum(['rate_limited', 'http_500', 'drop', 'effect_then_timeout', 'token_revoked', 'internal_error']),
  times: z.number().int().min(1).max(1_000_000),
});
const Active = z.strictObject({ user: z.string(), isActive: z.boolean() });
const Group = z.strictObject({ group: z.string(), users: z.array(z.string()) });

type Action = (body: unknown) => unknown;

/** What can be posted to the page's server, by path. A body that does not fit throws a `ZodError`, misuse an `Error`. */
export function createPageActions(deps: PageActionDeps): ReadonlyMap<string, Action> {
  return new Map(Object.entries({ ...personActions(deps), ...controls(deps) }));
}

const done = { outcome: 'acknowledged' };

function personActions({ person, command }: PageActionDeps): { readonly [path: string]: Action } {
  return {
    '/click'(body) {
      const { value, ...click } = Click.parse(body);
      return person.click(value === undefined ? click : { ...click, value });
    },
    '/say'(body) {
      const { user, channel, text, threadTs } = Say.parse(body);
      // Commands cannot be given in threads.
      if (threadTs === undefined && (text === command || text.startsWith(`${command} `)))
        return person.command({ user, channel, text: text.slice(command.length).trim() });
      return { ...done, ts: person.postAs(user, channel, text, threadTs) };
    },
    '/edit'(body) {
      person.editAs(Edit.parse(body));
      return done;
    },
    '/delete'(body) {
      person.deleteAs(Point.parse(body));
      return done;
    },
    '/react'(body) {
      const { user, channel, ts, name, on } = React.parse(body);
      if (on) person.react(user, channel, ts, name);
      else person.unreact(user, channel, ts, name);
      return done;
    },
    '/share'(body) {
      const { user, channel, name, base64 } = Share.parse(body);
      return { ...done, ts: person.shareFile({ user, channel, name, content: Buffer.from(base64, 'base64') }) };
    },
    '/join'(body) {
      const { user, channel } = Place.parse(body);
      person.joinAs(user, channel);
      return done;
    },
    '/read'(body) {
      const { user, channel } = Place.parse(body);
      person.readAs(user, channel);
      return done;
    },
    '/submit': (body) => person.submit(Submit.parse(body)),
    '/close': (body) => person.closeView(Close.parse(body)),
    '/view-click'(body) {
      const { value, values, ...click } = ViewClick.parse(body);
      return person.clickInView({ ...click, ...(value === undefined ? {} : { value }), ...(values ? { values } : {}) });
    },
    '/shortcut'(body) {
      const { on, ...shortcut } = Shortcut.parse(body);
      return person.shortcut(on ? { ...shortcut, on } : shortcut);
    },
    '/home'(body) {
      person.openHome(z.strictObject({ user: z.string() }).parse(body).user);
      return done;
    },
  };
}

/** What stands in the control panel. */
function controls({ administration, faults, scenarios }: PageActionDeps): { readonly [path: string]: Action } {
  return {
    '/control/fault'(body) {
      faults.add(Fault.parse(body));
      return done;
    },
    '/control/mend'() {
      faults.clear();
      return done;
    },
    '/control/active'(body) {
      const { user, isActive } = Active.parse(body);
      administration.setActive(user, isActive);
      return done;
    },
    '/control/group'(body) {
      const { group, users } = Group.parse(body);
      administration.setGroup(group, users);
      return done;
    },
    async '/control/scenario'(body) {
      const { id } = z.strictObject({ id: z.string() }).parse(body);
      const scenario = scenarios.find((one) => one.id === id);
      if (!scenario) throw new Error(`there is no scenario ${id}`);
      await scenario.run();
      return done;
    },
  };
}
