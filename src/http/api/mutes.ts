// Silences and maintenance windows over /api/v1. Parses and hands on; the rules are behind Operations.
import type { ApiSilence, ApiWindow } from '../../contract/mute.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok } from '../../core/result.ts';
import type { ListedSilence, ListedWindow, MuteOperations } from '../../ports/operations.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** Adds the routes. */
export function addMutes(serve: ServeRoutes, { operations }: { readonly operations: MuteOperations }): void {
  serve.read('GET /silences', async ({ principal }) => {
    const silences = await operations.silences({ principal });
    return silences.ok ? ok({ items: silences.value.map(showSilence), cursor: null }) : silences;
  });
  serve.read('GET /silences/:id', async ({ params: { id }, principal }) => {
    const silences = await operations.silences({ principal });
    if (!silences.ok) return silences;
    const found = silences.value.find((silence) => silence.id === id);
    if (found) return ok(showSilence(found));
    return err<Refusal>({ code: 'not_found', message: `there is no silence ${id}, or it is over` });
  });
  serve.order('POST /silences', async ({ body, principal }, { cause, ids }) => {
    const { sets, startsAt, endsAt, owner, reason } = body;
    // Made again by the same key, it is the same silence.
    const id = ids?.run.replace(/^run_/, 'sil_');
    const silence = await operations.createSilence({
      principal,
      cause,
      sets: plain(sets),
      startsAt,
      endsAt,
      owner,
      reason,
      id,
    });
    return silence.ok ? ok(showSilence(silence.value)) : silence;
  });
  serve.order('POST /silences/preview', async ({ body: { sets }, principal }) => {
    const preview = await operations.previewSilence({ principal, sets: plain(sets) });
    if (!preview.ok) return preview;
    const { firing, deliveries } = preview.value;
    return ok({ firing: firing.map((alert) => ({ ...alert, labels: { ...alert.labels } })), deliveries });
  });
  serve.order('DELETE /silences/:id', ({ params: { id }, body: { reason }, principal }, { cause }) =>
    operations.expireSilence({ principal, cause, id, reason }),
  );
  addWindows(serve, operations);
}

function addWindows(serve: ServeRoutes, operations: MuteOperations): void {
  serve.read('GET /windows', async ({ principal }) => {
    const windows = await operations.windows({ principal });
    return windows.ok ? ok({ items: windows.value.map(showWindow), cursor: null }) : windows;
  });
  serve.order('POST /windows', async ({ body, principal }, { cause }) => {
    const window = await operations.createWindow({ principal, cause, window: plain(body) as JsonObject });
    return window.ok ? ok(showWindow(window.value)) : window;
  });
  serve.order('DELETE /windows/:id', ({ params: { id: name }, body: { reason }, principal }, { cause }) =>
    operations.removeWindow({ principal, cause, name, reason }),
  );
}

/** Without the members that nobody gave. */
const plain = (given: unknown) => JSON.parse(JSON.stringify(given));

function showSilence(silence: ListedSilence): ApiSilence {
  const { id, name, sets, startsAt, endsAt, owner, reason, from, state, made, held, forgotten } = silence;
  return { id, name, sets: [...sets], startsAt, endsAt, owner, reason, from, state, made, held, forgotten };
}

function showWindow({ window, from, made, now, next }: ListedWindow): ApiWindow {
  const { name, where = null, mode, owner, reason, endsAt, until } = window;
  return { id: name, name, where, mode, owner, reason, from, made, now, next, endsAt: endsAt ?? until ?? null };
}
