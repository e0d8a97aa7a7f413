// Versions of a playbook on its page: in what order they stand, what can be ordered about each, how a canary does.
import { describe, expect, it } from 'vitest';
import { tallyOutcomes, type VersionOutcome } from '../../src/core/change-control/canary.ts';
import { readPlaybookSearch } from '../../src/web/model/playbook-search.ts';
import { byStage, shareText, stageState, tallyRows, versionOrders } from '../../src/web/model/version-stages.ts';

type Stage = 'draft' | 'shadow' | 'canary' | 'live' | 'retired' | null;
const since = '2026-03-01T00:00:00.000Z';
const version = (stage: Stage, more: { canary?: { share: number }; stageSince?: string } = {}) => ({
  name: 'drain',
  version: `of ${stage}`,
  digest: `sha256:${stage}`,
  since,
  inForce: stage === 'live',
  stage,
  stageSince: more.stageSince ?? since,
  author: null,
  promotedBy: null,
  reason: null,
  canary: more.canary ?? null,
});

describe('the stages of a playbook', () => {
  it('stand with what acts first, then what is tried, then the rest', () => {
    const all = (['retired', 'draft', null, 'shadow', 'live', 'canary'] as const).map((stage) => version(stage));
    expect(byStage(all).map(({ stage }) => stage)).toEqual(['live', 'canary', 'shadow', 'draft', 'retired', null]);
    expect(stageState({ stage: 'shadow' })?.word).toBe('In shadow');
    expect(stageState({ stage: null })).toBeNull();
  });

  it('offer for each what it allows, and a canary the next part of the ramp', () => {
    const labels = (of: ReturnType<typeof version>, ...others: ReturnType<typeof version>[]) =>
      versionOrders(of, [of, ...others]).map(({ label }) => label);
    expect(labels(version('draft'))).toEqual(['To shadow', 'Canary at 5 %', 'Make live', 'Retire']);
    expect(labels(version('canary', { canary: { share: 5 } }))).toEqual(['Canary at 25 %', 'Make live', 'Retire']);
    expect(labels(version('canary', { canary: { share: 100 } }))).toEqual(['Make live', 'Retire']);
    expect(labels(version('live'), version('retired'))).toEqual(['Roll back']);
    expect(labels(version('live'), version('draft'))).toEqual([]);
    expect(labels(version('retired'))).toEqual([]);
  });

  it('say a share with what it is narrowed to', () => {
    expect(shareText({ share: 25, only: { input: 'service', values: ['checkout', 'search'] } })).toBe(
      '25 % of the incidents, with service checkout or search',
    );
  });

  it('count the runs of a canary by how they came out, and take the median of those that succeeded', () => {
    const run = (end: VersionOutcome['end'], ms: number): VersionOutcome => ({ runId: `run_${ms}`, end, ms });
    const canary = tallyOutcomes([run('succeeded', 10), run('succeeded', 30), run('failed', 900), run('denied', 1)]);
    expect(canary).toEqual({ runs: 4, succeeded: 2, failed: 1, denied: 1, cancelled: 0, medianMs: 20 });
    expect(tallyOutcomes([])).toMatchObject({ runs: 0, medianMs: null });
    expect(tallyRows(canary, tallyOutcomes([])).map(([word]) => word)).toEqual([
      'Runs',
      'Succeeded',
      'Failed',
      'Denied an approval',
    ]);
  });

  it('have an address of their own', () => {
    expect(readPlaybookSearch({ tab: 'stages' }).tab).toBe('stages');
    expect(readPlaybookSearch({ tab: 'nothing' }).tab).toBeUndefined();
  });
});
