// What a person does in modals and Home tabs: submit, close, use an element; and what the app's answer makes of it.
import { z } from 'zod';
import type { View } from './entities.ts';
import { delivered, errorSeen, type PersonDeps } from './person.ts';
import type { Delivered, PersonActions, Seen, Values } from './types.ts';
import { chosen, clientErrors, elementsOf, entered } from './view-values.ts';
import { answerWithView } from './web-api/views.ts';
import type { Workspace } from './workspace.ts';

const answerTo = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('clear') }),
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.enum(['update', 'push']), view: z.record(z.string(), z.unknown()) }),
]);
const trouble: Seen = { kind: 'error', text: 'We had some trouble connecting. Try again?' };

/** Removes a view and those on top of it, or its whole stack. */
function drop({ views, touch }: Workspace, view: View, whole: boolean): void {
  const gone = new Set([view.id]);
  for (const other of views.values())
    if (whole ? other.rootId === view.rootId : gone.has(other.previousId ?? '')) gone.add(other.id);
  for (const id of gone) views.delete(id);
  touch();
}

/** Does with a submitted view what the app said; answers what the person sees. */
function apply(workspace: Workspace, view: View, body: unknown): Seen {
  if (body === null || (typeof body === 'object' && Object.keys(body).length === 0)) {
    drop(workspace, view, false);
    return { kind: 'nothing' };
  }
  const answer = answerTo.safeParse(body);
  if (!answer.success) return trouble;
  switch (answer.data.response_action) {
    case 'clear':
      drop(workspace, view, true);
      return { kind: 'nothing' };
    case 'errors': {
      const { errors } = answer.data;
      const inputs = view.view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
      const fits = Object.keys(errors).length > 0 && Object.keys(errors).every((id) => inputs.includes(id));
      return fits ? { kind: 'field_errors', errors } : trouble;
    }
    default: {
      const shown = answerWithView(workspace, view, answer.data.response_action, answer.data.view);
      return typeof shown === 'string' ? { kind: 'error', text: shown } : { kind: 'view', viewId: shown.id };
    }
  }
}

const refused = (seen: Seen): Delivered => ({ outcome: 'refused', status: null, body: null, tookMs: 0, seen });

const fill = (view: View, values: Values = {}) => {
  view.values = entered(view.view.blocks, view.values, values);
};

/** What people do in views. */
export function createPersonViews({ workspace, outgoing, payloads }: Omit<PersonDeps, 'command'>) {
  const { views } = workspace;

  function viewOf(user: string, viewId: string): View {
    const view = views.get(viewId);
    if (!view || view.user !== user) throw new Error(`${user} has no view ${viewId} open`);
    return view;
  }

  const person: Pick<PersonActions, 'submit' | 'closeView' | 'clickInView'> = {
    async submit({ user, viewId, values }) {
      const view = viewOf(user, viewId);
      fill(view, values);
      const errors = clientErrors(view.view.blocks, view.values);
      if (Object.keys(errors).length > 0) return refused({ kind: 'field_errors', errors });
      const tried = await outgoing.send('interactive', payloads.submission(user, view));
      return delivered(tried, tried.outcome === 'acknowledged' ? apply(workspace, view, tried.body) : trouble);
    },
    async closeView({ user, viewId, clear = false }) {
      const view = viewOf(user, viewId);
      const told = clear ? (views.get(view.rootId) ?? view) : view;
      const payload = payloads.closed(user, told, clear);
      drop(workspace, view, clear);
      // Slack's client sends nothing unless the view asked for it.
      if (told.view.notify_on_close !== true) return refused({ kind: 'nothing' });
      const tried = await outgoing.send('interactive', payload);
      return delivered(tried, { kind: 'nothing' });
    },
    async clickInView({ user, viewId, actionId, value, values }) {
      const view = viewOf(user, viewId);
      fill(view, values);
      const found = view.view.blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
      const place = found.find(({ element }) => element.action_id === actionId);
      if (!place) throw new Error(`the view has no element ${actionId}`);
      const { block, element } = place;
      const isButton = element.type === 'button';
      if (!isButton && element.type !== 'overflow') fill(view, { [block.block_id]: { [actionId]: value ?? null } });
      // An input block keeps its element to itself unless it asks for actions.
      if (block.type === 'input' && block.dispatch_action !== true) return refused({ kind: 'nothing' });
      const used = isButton ? { text: element.text, value: element.value } : chosen(element, value ?? null);
      const ids = { type: element.type, block_id: block.block_id, action_id: actionId, action_ts: workspace.nextTs() };
      const tried = await outgoing.send('interactive', payloads.viewActions(user, view, { ...ids, ...used }));
      return delivered(tried, errorSeen(tried));
    },
  };
  return person;
}
