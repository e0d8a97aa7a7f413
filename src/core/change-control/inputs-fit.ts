// Whether what starts one version of a playbook also starts another: the condition for a canary. Pure.
import { canonicalJson } from '../json.ts';
import type { InputSpec, Playbook } from '../playbook/playbook.ts';

/** Why starts of `live` would not fit `next`, in words; none: all of them do. */
export function inputMisfits(live: Pick<Playbook, 'inputs'>, next: Pick<Playbook, 'inputs'>): readonly string[] {
  const misfits: string[] = [];
  for (const name of Object.keys(live.inputs))
    if (!Object.hasOwn(next.inputs, name)) misfits.push(`it has no input \`${name}\``);
  for (const [name, spec] of Object.entries(next.inputs)) {
    const before = Object.hasOwn(live.inputs, name) ? live.inputs[name] : undefined;
    const misfit = before ? changed(before, spec) : added(spec);
    if (misfit !== null) misfits.push(`the input \`${name}\` ${misfit}`);
  }
  return misfits;
}

const added = ({ required, from, default: value }: InputSpec): string | null =>
  required && from === null && value === null ? 'is new and must be given' : null;

function changed(before: InputSpec, now: InputSpec): string | null {
  if (before.type !== now.type) return `is a ${now.type}, and was a ${before.type}`;
  if (now.required && !before.required) return 'must be given now';
  if (now.pattern !== null && now.pattern !== before.pattern) return `must match \`${now.pattern}\` now`;
  if (now.enum === null) return null;
  const allowed = new Set(now.enum.map(canonicalJson));
  const gone =
    before.enum === null ? ['other values'] : before.enum.filter((value) => !allowed.has(canonicalJson(value)));
  return gone.length === 0 ? null : `no longer takes ${gone.map((value) => String(value)).join(', ')}`;
}
