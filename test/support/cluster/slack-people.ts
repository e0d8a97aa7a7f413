// What people do in a sandbox workspace and what they alone see of it: a private answer, a form, faults at its fields.

import type { View } from '../../../src/sandbox/entities.ts';
import type { Sandbox, Values } from '../../../src/sandbox/types.ts';

/** What somebody sees who did something. */
type Shown = { readonly type: 'said'; readonly text: string } | { readonly type: 'form'; readonly form: View };

/** People of a workspace, by what they do. */
export type SlackPeople = {
  /** Does something and waits for what the person then sees. */
  readonly sees: (user: string, channel: string, act: () => Promise<unknown>) => Promise<Shown>;
  /** Types the command; answers what is said. */
  readonly say: (user: string, channel: string, text: string) => Promise<string>;
  /** Types the command; answers the form that opens. */
  readonly ask: (user: string, channel: string, text: string) => Promise<View>;
  /** Clicks a button of a message; answers what is said. */
  readonly click: (
    user: string,
    button: { readonly channel: string; readonly ts: string; readonly actionId: string; readonly value?: string },
  ) => Promise<string>;
  /** Clicks a button of a message; answers the form that opens. */
  readonly press: (
    user: string,
    button: { readonly channel: string; readonly ts: string; readonly actionId: string; readonly value?: string },
  ) => Promise<View>;
  /** Sends a form; answers what is said then, in the channel, at the fields or in its place. */
  readonly send: (user: string, channel: string, form: View, values?: Fields) => Promise<string>;
  /** Sends a form; answers the one that takes its place. */
  readonly goOn: (user: string, form: View, values?: Fields) => Promise<View>;
};

/** Every field of ours has one element. */
type Fields = { readonly [field: string]: string };

const valuesOf = (fields: Fields): Values =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, { value }]));

/** All text of a form. */
export const textOfForm = ({ view }: View): string => JSON.stringify(view);

/** The people of a workspace. */
export function slackPeople(sandbox: Sandbox): SlackPeople {
  const own = (user: string, channel: string) =>
    sandbox.messages(channel, user).filter(({ onlyFor }) => onlyFor === user);

  const sees: SlackPeople['sees'] = async (user, channel, act) => {
    const known = own(user, channel).length;
    const forms = new Set(sandbox.openViews(user).map(({ id }) => id));
    await act();
    return sandbox.waitFor((): Shown | undefined => {
      const form = sandbox.openViews(user).find(({ id }) => !forms.has(id));
      if (form) return inPlaceOf(form);
      const message = own(user, channel)[known];
      return message && { type: 'said', text: message.text };
    });
  };
  /** On a slow machine an empty form keeps the place of an answer; what is said then stands in it, and nothing can be sent from it. */
  const inPlaceOf = (form: View): Shown | undefined => {
    const { title, submit, blocks } = form.view as View['view'] & { title?: { text: string }; submit?: unknown };
    if (title?.text !== 'Firebreak' || submit !== undefined) return { type: 'form', form };
    const text = blocks.map((block) => (block['text'] as { text: string } | undefined)?.text ?? '').join('\n');
    if (text.startsWith('One moment')) return undefined;
    void sandbox.closeView({ user: form.user, viewId: form.id, clear: true });
    return { type: 'said', text };
  };
  const said = async (shown: Promise<Shown>): Promise<string> => {
    const it = await shown;
    if (it.type === 'form') throw new Error(`a form opened: ${textOfForm(it.form)}`);
    return it.text;
  };
  const opened = async (shown: Promise<Shown>): Promise<View> => {
    const it = await shown;
    if (it.type === 'said') throw new Error(`no form opened; it was said: ${it.text}`);
    return it.form;
  };
  const typing = (user: string, channel: string, text: string) =>
    sees(user, channel, () => sandbox.command({ user, channel, text }));
  const clicking: (...args: Parameters<SlackPeople['click']>) => Promise<Shown> = (user, button) =>
    sees(user, button.channel, () => sandbox.click({ user, ...button }));

  return {
    sees,
    say: (user, channel, text) => said(typing(user, channel, text)),
    ask: (user, channel, text) => opened(typing(user, channel, text)),
    click: (user, button) => said(clicking(user, button)),
    press: (user, button) => opened(clicking(user, button)),
    async send(user, channel, form, values = {}) {
      const known = own(user, channel).length;
      const { seen, outcome } = await sandbox.submit({ user, viewId: form.id, values: valuesOf(values) });
      switch (seen.kind) {
        case 'nothing':
          return sandbox.waitFor(() => own(user, channel)[known]?.text);
        case 'field_errors':
          return Object.values(seen.errors).join(' ');
        case 'view':
          return textOfForm(form);
        default:
          throw new Error(`the form was not dealt with (${outcome}): ${JSON.stringify(seen)}`);
      }
    },
    async goOn(user, form, values = {}) {
      const { seen } = await sandbox.submit({ user, viewId: form.id, values: valuesOf(values) });
      const next = seen.kind === 'view' ? sandbox.workspace.views.get(seen.viewId) : undefined;
      if (!next) throw new Error(`no other form came: ${JSON.stringify(seen)}`);
      return next;
    },
  };
}
