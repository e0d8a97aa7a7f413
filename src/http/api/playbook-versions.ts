// Versions of playbooks over /api/v1: their texts, stages, differences and what was live when, and what people order about them. Holds no
// rule.
import type { ApiCanaryTrial, ApiPlaybookStages } from '../../contract/change-control.ts';
import type { ApiPlaybookVersion } from '../../contract/register.ts';
import { judgeCanary, tallyOutcomes } from '../../core/change-control/canary.ts';
import { type PlaybookLife, type PlaybookVersion, versionAt, versionOf } from '../../core/change-control/state.ts';
import type { PlaybookRef } from '../../core/playbook/playbook.ts';
import { playbookRef } from '../../core/playbook/playbook.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { describe } from '../../core/timeline/describe.ts';
import type {
  CanaryTrial,
  ChangeControlOperations,
  ChangeControlReads,
  VersionTrials,
} from '../../ports/change-control.ts';
import type { KeptVersion, PlaybookCatalog, PlaybookHistory } from '../../ports/ledger.ts';
import type { ServeRoutes } from './serve-routes.ts';

const maxVersions = 100;
const maxShadowed = 50;

/** What the routes need. */
export type PlaybookVersionDeps = {
  readonly catalog: PlaybookCatalog;
  readonly history: PlaybookHistory;
  readonly lives: ChangeControlReads;
  readonly trials: Pick<VersionTrials, 'shadowed'>;
  readonly operations: ChangeControlOperations;
  readonly nowMs: () => number;
  /** Masks known secrets in a text. */
  readonly mask: (text: string) => string;
};

/** Adds the routes. */
export function addPlaybookVersions(serve: ServeRoutes, deps: PlaybookVersionDeps): void {
  addTexts(serve, deps);
  addLife(serve, deps);
  addVersionOrders(serve, deps);
}

/** Whether a version is the one in force. */
const isInForce = ({ catalog }: Pick<PlaybookVersionDeps, 'catalog'>, { name, digest }: PlaybookRef): boolean => {
  const current = catalog.byName(name);
  return current !== undefined && playbookRef(current).digest === digest;
};

const stageOf = (version: PlaybookVersion | undefined) => ({
  stage: version?.stage ?? null,
  stageSince: version?.since ?? null,
  author: version?.author ?? null,
  promotedBy: version?.promotedBy ?? null,
  reason: version?.reason ?? null,
  canary: version?.canary ?? null,
});

function addTexts(serve: ServeRoutes, deps: PlaybookVersionDeps): void {
  const { history, lives, mask } = deps;
  const shown = ({ ref, since }: KeptVersion, life: PlaybookLife): ApiPlaybookVersion => ({
    ...ref,
    since,
    inForce: isInForce(deps, ref),
    ...stageOf(versionOf(life, ref.digest)),
  });
  serve.read('GET /playbooks/:name/versions', async ({ params: { name } }) => {
    const [kept, life] = await Promise.all([history.list(name, maxVersions), lives.life(name)]);
    return ok({ items: kept.map((one) => shown(one, life)), cursor: null });
  });
  serve.read('GET /playbooks/:name/versions/:digest', async ({ params: { name, digest } }) => {
    const found = await history.find(name, digest);
    if (!found) return err({ code: 'not_found', message: `no such version of ${name} is known here` });
    return ok({ ...shown(found, await lives.life(name)), source: mask(found.source) });
  });
}

function addLife(serve: ServeRoutes, { lives, trials, nowMs }: PlaybookVersionDeps): void {
  serve.read('GET /playbook-stages', async () => {
    const items: ApiPlaybookStages[] = [];
    for (const name of await lives.names()) items.push(stagesOf(await lives.life(name)));
    return ok({ items, cursor: null });
  });
  serve.read('GET /playbooks/:name/life', async ({ params: { name }, query }) => {
    const at = query.at ?? new Date(nowMs()).toISOString();
    const events = (await lives.events(name)).filter((event) => event.at <= at);
    if (events.length === 0 && query.at === undefined)
      return err({ code: 'not_found', message: `nothing is recorded of a playbook ${name}` });
    const items = events.map((event) => ({
      seq: event.seq,
      at: event.at,
      type: event.type,
      text: describe(event).text,
    }));
    const trial = await lives.canary(name, nowMs());
    const canary = trial === null ? null : showTrial(trial);
    return ok({ name, mode: lives.mode, at, live: await lives.liveAt(name, at), items, canary });
  });
  serve.read('GET /playbooks/:name/shadow', async ({ params: { name }, reads }) => {
    const version = versionAt(await lives.life(name), 'shadow')?.ref ?? null;
    if (version === null) return ok({ version, decided: 0, different: 0, items: [] });
    const found = await trials.shadowed(version.digest, { limit: maxShadowed, seen: await reads.seen() });
    const items = found.items.map((item) => ({ ...item, differences: [...item.differences] }));
    return ok({ version, decided: found.decided, different: found.different, items });
  });
  serve.read('GET /playbooks/:name/diff', async ({ params: { name }, query }) => {
    const diff = await lives.diff(name, query);
    return diff.ok ? ok({ ...diff.value, changes: diff.value.changes.map((change) => ({ ...change })) }) : diff;
  });
}

const showTrial = ({ canary, tried, known }: CanaryTrial): ApiCanaryTrial => ({
  version: canary.ref,
  share: canary.canary?.share ?? 100,
  ...(canary.canary?.only && { only: { input: canary.canary.only.input, values: [...canary.canary.only.values] } }),
  since: canary.since,
  canary: tallyOutcomes(tried),
  live: tallyOutcomes(known),
  against: judgeCanary(tried, known),
});

function stagesOf(life: PlaybookLife): ApiPlaybookStages {
  const [live, canary, shadow] = [versionAt(life, 'live'), versionAt(life, 'canary'), versionAt(life, 'shadow')];
  return {
    playbook: life.name,
    live: live?.ref ?? null,
    canary: canary?.canary ? { ...canary.ref, ...canary.canary } : null,
    shadow: shadow?.ref ?? null,
    drafts: Object.values(life.versions).flatMap(({ ref, stage }) => (stage === 'draft' ? [ref] : [])),
  };
}

function addVersionOrders(serve: ServeRoutes, deps: PlaybookVersionDeps): void {
  const { operations } = deps;
  const answer = (version: Result<PlaybookVersion, Refusal>): Result<ApiPlaybookVersion, Refusal> =>
    version.ok
      ? ok({
          ...version.value.ref,
          since: version.value.registeredAt,
          inForce: isInForce(deps, version.value.ref),
          ...stageOf(version.value),
        })
      : version;
  serve.order('POST /playbook-versions', async ({ body: { source, path }, principal }, { cause }) =>
    answer(await operations.registerPlaybook({ principal, cause, source, path })),
  );
  serve.order('POST /playbooks/:name/promote', async ({ params: { name }, body, principal }, { cause }) =>
    answer(
      await operations.promotePlaybook({
        principal,
        cause,
        playbook: name,
        version: body.version,
        to: body.to,
        reason: body.reason,
        share: body.share,
        only: body.only,
        runs: body.runs,
        explain: body.explain,
      }),
    ),
  );
  serve.order('POST /playbooks/:name/rollback', async ({ params: { name }, body, principal }, { cause }) =>
    answer(
      await operations.rollBackPlaybook({
        principal,
        cause,
        playbook: name,
        version: body.version,
        reason: body.reason,
      }),
    ),
  );
  serve.order('POST /playbooks/:name/retire', async ({ params: { name }, body, principal }, { cause }) =>
    answer(
      await operations.retirePlaybook({
        principal,
        cause,
        playbook: name,
        version: body.version,
        reason: body.reason,
      }),
    ),
  );
  serve.order('POST /reload', async ({ principal }, { cause }) => {
    const reloaded = await operations.reload({ principal, cause });
    return reloaded.ok ? ok({ changes: [...reloaded.value.changes] }) : reloaded;
  });
}
