// What a run would do, step by step: what runs exactly, who would be asked, what would be passed over and why.
import type { ApiPlaybook } from '../../../contract/playbook.ts';
import type { ApiDryRun } from '../../../contract/run.ts';
import { StateBadge } from '../../kit/state-badge.tsx';
import { planLine, whoIsAsked } from '../../model/approval.ts';
import { type ShownState, states } from '../../model/states.ts';

type DryStep = ApiDryRun['steps'][number];

const woulds: { readonly [W in DryStep['would']]: ShownState } = {
  run: { word: 'Would run', tone: 'blue', glyph: 'none' },
  skip: { word: 'Would be skipped', tone: 'grey', glyph: 'none' },
  fail: { word: 'Would fail', tone: 'red', glyph: 'failed' },
  not_reached: { word: 'Would not be reached', tone: 'grey', glyph: 'none' },
};

const stateOf = ({ would, approval }: DryStep): ShownState =>
  would === 'run' && approval !== null ? { ...states.waitsForApproval, word: 'Would ask, then run' } : woulds[would];

/** The steps. */
export function DryRun({ dry, playbook }: { dry: ApiDryRun; playbook: ApiPlaybook }) {
  const names = new Map(playbook.steps.concat(playbook.finally).map(({ id, name }) => [id, name]));
  const asks = dry.steps.filter(({ would, approval }) => would === 'run' && approval !== null).length;
  const runs = dry.steps.filter(({ would }) => would === 'run').length;
  return (
    <section aria-label="What would happen" aria-live="polite" className="rounded-md border">
      <p className="border-b bg-surface px-3 py-2 text-sm">
        <span className="font-medium">{`${runs} of ${dry.steps.length} steps would run`}</span>
        <span className="text-muted">
          {asks === 0 ? ', nobody would be asked' : `, ${asks} of them after an approval`}. Nothing was done.
        </span>
      </p>
      <div className="px-3 py-2 text-sm empty:hidden">
        <Says of={null} dry={dry} />
      </div>
      <ol className="divide-y text-sm">
        {dry.steps.map((step) => (
          <li key={step.step} className="px-3 py-2">
            <p className="flex flex-wrap items-center gap-x-2">
              <span className="font-medium">{names.get(step.step) ?? step.step}</span>
              <StateBadge state={stateOf(step)} plain />
            </p>
            {step.plan !== null && (
              <code className="block truncate font-mono text-xs text-muted">{planLine(step.plan)}</code>
            )}
            {step.approval !== null && <p className="text-xs text-muted">asks {whoIsAsked(step.approval)}</p>}
            {step.reason !== null && <p className="text-xs text-muted">{step.reason}</p>}
            <Says of={step.step} dry={dry} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What policies and freezes say of the start or of a step; nothing where they say nothing. */
function Says({ of, dry }: { of: string | null; dry: ApiDryRun }) {
  const said = dry.policies?.items.find(({ step }) => step === of);
  const lines = said ? [...(said.reason === null ? [] : [said.reason]), ...said.says] : [];
  return [...new Set(lines)].map((text) => (
    <p key={text} className="text-xs text-muted">
      {text}
    </p>
  ));
}
