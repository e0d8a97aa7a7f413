// Versions of a playbook by their stages: in what order they stand, and what can be ordered about each, by its effect. Pure.
import type { ApiPlaybookLife } from '../../contract/change-control.ts';
import type { ApiPlaybookVersion } from '../../contract/register.ts';
import { type ShownState, states } from './states.ts';

type Stage = NonNullable<ApiPlaybookVersion['stage']>;
type Tally = NonNullable<ApiPlaybookLife['canary']>['canary'];

const stageStates: { readonly [K in Stage]: ShownState } = {
  live: states.live,
  canary: states.canary,
  shadow: states.inShadow,
  draft: states.draft,
  retired: states.retired,
};
const order = Object.keys(stageStates);

/** How a version stands; null: nothing is recorded of it. */
export const stageState = ({ stage }: Pick<ApiPlaybookVersion, 'stage'>): ShownState | null =>
  stage === null ? null : stageStates[stage];

/** What acts first, then what is tried, then drafts and what is no longer used; of each the latest first. */
export const byStage = (versions: readonly ApiPlaybookVersion[]): readonly ApiPlaybookVersion[] =>
  versions.toSorted((a, b) => place(a) - place(b) || (b.stageSince ?? b.since).localeCompare(a.stageSince ?? a.since));
const place = ({ stage }: ApiPlaybookVersion) => (stage === null ? order.length : order.indexOf(stage));

/** A share of the triggers in words: `5 % of the incidents, with service checkout or search`. */
export const shareText = ({ share, only }: NonNullable<ApiPlaybookVersion['canary']>): string =>
  `${share} % of the incidents${only ? `, with ${only.input} ${only.values.join(' or ')}` : ''}`;

/** An order about a version. */
export type VersionOrder = {
  readonly label: string;
  readonly question: string;
  readonly effect: string;
  readonly given: string;
} & (
  | { readonly type: 'promote'; readonly to: 'shadow' | 'canary' | 'live'; readonly share?: number }
  | { readonly type: 'retire' }
  | { readonly type: 'rollback' }
);

/** The steps of a ramp, in percent. */
const ramp = [5, 25, 100];

type Asked = Pick<ApiPlaybookVersion, 'name' | 'version' | 'stage' | 'canary'>;

/** What its stage allows, the likeliest first; back goes only what took another's place. Whether the gates let it through is decided when it is ordered. */
export function versionOrders(of: Asked, all: readonly Pick<Asked, 'stage'>[]): readonly VersionOrder[] {
  const share = ramp.find((step) => step > (of.canary?.share ?? 0));
  switch (of.stage) {
    case 'draft':
      return [toShadow(of), toCanary(of, 5), toLive(of), retire(of)];
    case 'shadow':
      return [toCanary(of, 5), toLive(of), retire(of)];
    case 'canary':
      return [...(share === undefined ? [] : [toCanary(of, share)]), toLive(of), retire(of)];
    case 'live':
      return all.some(({ stage }) => stage === 'retired') ? [rollBack(of)] : [];
    default:
      return [];
  }
}

const title = ({ name, version }: Asked) => `${name} ${version}`;

const toShadow = (of: Asked): VersionOrder => ({
  type: 'promote',
  to: 'shadow',
  label: 'To shadow',
  question: `Put ${title(of)} into shadow?`,
  effect: 'It decides on every real trigger and does nothing; what it would have done otherwise is listed here.',
  given: `In shadow: ${title(of)}`,
});
const toCanary = (of: Asked, share: number): VersionOrder => ({
  type: 'promote',
  to: 'canary',
  share,
  label: `Canary at ${share} %`,
  question: `Let ${title(of)} take ${share} % of the incidents?`,
  effect: `It takes the place of the live version for ${share} % of the incidents, and is taken back by itself where it does worse.`,
  given: `Canary at ${share} %: ${title(of)}`,
});
const toLive = (of: Asked): VersionOrder => ({
  type: 'promote',
  to: 'live',
  label: 'Make live',
  question: `Make ${title(of)} live?`,
  effect: 'Triggers, schedules and people start it from here on. Runs that are under way keep their version.',
  given: `Live: ${title(of)}`,
});
const retire = (of: Asked): VersionOrder => ({
  type: 'retire',
  label: 'Retire',
  question: `Retire ${title(of)}?`,
  effect: 'It is used for nothing new any more. Runs that are under way keep it.',
  given: `Retired: ${title(of)}`,
});
const rollBack = (of: Asked): VersionOrder => ({
  type: 'rollback',
  label: 'Roll back',
  question: `Go back from ${title(of)}?`,
  effect: 'The version that was live before is live again. Runs that are under way keep theirs.',
  given: `Rolled back: ${of.name}`,
});

/** How the runs of two versions came out, as rows of a table: a word, then a number of each. What neither has is left out. */
export const tallyRows = (a: Tally, b: Tally): readonly (readonly [word: string, a: number, b: number])[] =>
  (
    [
      ['Runs', a.runs, b.runs],
      ['Succeeded', a.succeeded, b.succeeded],
      ['Failed', a.failed, b.failed],
      ['Denied an approval', a.denied, b.denied],
      ['Cancelled by people', a.cancelled, b.cancelled],
    ] as const
  ).filter(([word, one, other]) => word === 'Runs' || one + other > 0);
