// views.*: modals with their stack of three, Home tabs, hashes against lost updates.
import { z } from 'zod';
import { checkView, fillIds } from '../blocks/check.ts';
import type { SlackObject, View } from '../entities.ts';
import { initialValues, survivingValues } from '../view-values.ts';
import { viewJson } from '../wire.ts';
import type { Workspace } from '../workspace.ts';
import { type Answer, type Context, json, type Method, method, refuse } from './method.ts';

const viewArg = json(z.record(z.string(), z.unknown()));
const maxBytes = 250_000;
const maxStack = 3;

/** What Slack says against a view, if anything. */
function viewProblem({ views }: Workspace, view: SlackObject, type: 'modal' | 'home', except?: string): Answer | null {
  if (Buffer.byteLength(JSON.stringify(view)) > maxBytes) return refuse('view_too_large');
  const found = checkView(view, type);
  if (found.length > 0) return refuse('invalid_arguments', found);
  const taken =
    view.external_id !== undefined &&
    view.external_id !== '' &&
    [...views.values()].some((entry) => entry.id !== except && entry.view.external_id === view.external_id);
  return taken ? refuse('duplicate_external_id') : null;
}

const newHash = (workspace: Workspace) => `${workspace.nextTs().split('.')[0]}.${workspace.nextId('h')}`;

const filled = (workspace: Workspace, view: SlackObject): View['view'] => ({
  ...view,
  type: String(view.type),
  blocks: fillIds(view.blocks as readonly SlackObject[], workspace.nextId),
});

/** Adds a view for this person: on top of `previous`, or as the first of a stack. */
function show(workspace: Workspace, user: string, view: SlackObject, previous: View | null): View {
  const id = workspace.nextId('V');
  const whole = filled(workspace, view);
  const entry: View = {
    id,
    user,
    rootId: previous?.rootId ?? id,
    previousId: previous?.id ?? null,
    view: whole,
    hash: newHash(workspace),
    values: initialValues(whole.blocks),
  };
  workspace.views.set(id, entry);
  workspace.touch();
  return entry;
}

/** Replaces what a view shows. What was entered stays where block and action keep their ids. */
function replace(workspace: Workspace, entry: View, view: SlackObject): void {
  entry.view = filled(workspace, view);
  entry.hash = newHash(workspace);
  entry.values = survivingValues(entry.view.blocks, entry.values);
  workspace.touch();
}

/** Carries out the `update` or `push` with which an app answers a submission; a string is Slack's complaint. */
export function answerWithView(
  workspace: Workspace,
  entry: View,
  action: 'update' | 'push',
  view: SlackObject,
): View | string {
  const wrong = viewProblem(workspace, view, 'modal', action === 'update' ? entry.id : undefined);
  if (wrong) return JSON.stringify(wrong);
  if (action === 'push')
    return depth(workspace, entry) >= maxStack ? 'push_limit_reached' : show(workspace, entry.user, view, entry);
  replace(workspace, entry, view);
  return entry;
}

const depth = ({ views }: Workspace, { rootId }: View) =>
  [...views.values()].filter((entry) => entry.rootId === rootId).length;

/** A view that is refused does not spend its trigger. */
const opening = (
  run: (view: SlackObject, by: { user: string; viewId: string | null }, context: Context) => Answer,
): Method =>
  method([], z.object({ trigger_id: z.string(), view: viewArg }), (args, context) => {
    const wrong = viewProblem(context.workspace, args.view, 'modal');
    if (wrong) return wrong;
    const trigger = context.takeTrigger(args.trigger_id);
    return typeof trigger === 'string' ? refuse(trigger) : run(args.view, trigger, context);
  });

/** The methods of views.* by name. */
export const views: { readonly [name: string]: Method } = {
  'views.open': opening((view, { user }, { workspace }) => {
    // One stack of modals per person.
    for (const entry of workspace.views.values())
      if (entry.user === user && entry.view.type === 'modal') workspace.views.delete(entry.id);
    return { ok: true, view: viewJson(workspace, show(workspace, user, view, null)) };
  }),
  'views.push': opening((view, { user, viewId }, { workspace }) => {
    const top = viewId === null ? undefined : workspace.views.get(viewId);
    if (!top) return refuse('not_found');
    if (depth(workspace, top) >= maxStack) return refuse('push_limit_reached');
    return { ok: true, view: viewJson(workspace, show(workspace, user, view, top)) };
  }),
  'views.update': method(
    [],
    z.object({
      view: viewArg,
      view_id: z.string().optional(),
      external_id: z.string().optional(),
      hash: z.string().optional(),
    }),
    (args, { workspace }) => {
      const entry =
        args.view_id === undefined
          ? [...workspace.views.values()].find(({ view }) => view.external_id === args.external_id)
          : workspace.views.get(args.view_id);
      if (!entry || (args.view_id === undefined && !args.external_id)) return refuse('not_found');
      if (args.hash !== undefined && args.hash !== entry.hash) return refuse('hash_conflict');
      const wrong = viewProblem(workspace, args.view, entry.view.type === 'home' ? 'home' : 'modal', entry.id);
      if (wrong) return wrong;
      replace(workspace, entry, args.view);
      return { ok: true, view: viewJson(workspace, entry) };
    },
  ),
  'views.publish': method(
    [],
    z.object({ user_id: z.string(), view: viewArg, hash: z.string().optional() }),
    (args, { workspace }) => {
      if (!workspace.users.has(args.user_id)) return refuse('user_not_found');
      const entry = [...workspace.views.values()].find(
        ({ user, view }) => user === args.user_id && view.type === 'home',
      );
      if (args.hash !== undefined && args.hash !== entry?.hash) return refuse('hash_conflict');
      const wrong = viewProblem(workspace, args.view, 'home', entry?.id);
      if (wrong) return wrong;
      if (entry) replace(workspace, entry, args.view);
      return { ok: true, view: viewJson(workspace, entry ?? show(workspace, args.user_id, args.view, null)) };
    },
  ),
};
