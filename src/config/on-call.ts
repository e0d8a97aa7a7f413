// The section `oncall:` of firebreak.yaml: who is on call, by a rotation of the file or by a provider that is asked. Asks nobody.
import { z } from 'zod';
import { isPlainHttp } from '../actions/http/plain-http.ts';
import type { OnCallEntry } from '../actions/on-call/on-call.ts';
import { onCallProviders } from '../actions/on-call/registry.ts';
import { Rotation } from '../core/on-call/rotation.ts';
import { nearest } from '../core/playbook/suggest.ts';
import { Secret, type SecretRef } from '../spi/secret.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _');

/** A schedule of a provider. */
const ScheduleSetting = z.strictObject({
  schedule: z.string().min(1).max(200),
  token: Secret,
  url: z
    .string()
    .refine((text) => URL.canParse(text) && isPlainHttp(new URL(text)), 'must be an http or https URL')
    .transform((text) => text.replace(/\/+$/, ''))
    .exactOptional(),
});

const Entry = z
  .strictObject({
    rotation: Rotation.exactOptional(),
    pagerduty: ScheduleSetting.exactOptional(),
    opsgenie: ScheduleSetting.exactOptional(),
  })
  .refine(
    ({ rotation, pagerduty, opsgenie }) => rotation !== undefined || pagerduty !== undefined || opsgenie !== undefined,
    'must have a rotation, or a schedule of pagerduty or opsgenie',
  )
  .refine(
    ({ pagerduty, opsgenie }) => pagerduty === undefined || opsgenie === undefined,
    'must have one provider; two could say two things',
  );

/** The section. */
export const OnCallSetting = z.record(name, Entry).default({});
type OnCallSetting = z.output<typeof OnCallSetting>;

type Fault = (path: readonly PropertyKey[], message: string) => void;

/** The entries with their secrets fetched. */
export function readOnCall(
  setting: OnCallSetting,
  fetch: (ref: SecretRef, path: readonly PropertyKey[]) => string,
): readonly OnCallEntry[] {
  return Object.entries(setting).map(([entry, { rotation = null, pagerduty, opsgenie }]) => {
    const [id, given] = pagerduty ? ['pagerduty', pagerduty] : ['opsgenie', opsgenie];
    const provider = onCallProviders.get(String(id));
    if (given === undefined || typeof given === 'string' || provider === undefined)
      return { name: entry, rotation, schedule: null };
    const { schedule, token, url = null } = given;
    const known = { provider, schedule, url, token: fetch(token, ['oncall', entry, provider.id, 'token']) };
    return { name: entry, rotation, schedule: known };
  });
}

/** What is wrong although each entry has its shape: somebody or some rotation that is nowhere. */
export function onCallFaults(
  {
    oncall,
    people,
    roles,
  }: {
    readonly oncall: OnCallSetting;
    readonly people: { readonly [name: string]: unknown };
    readonly roles: { readonly [name: string]: { readonly oncall?: readonly string[] | undefined } };
  },
  fault: Fault,
): void {
  const known = Object.keys(people);
  const person = (path: readonly PropertyKey[], who: string) => {
    if (Object.hasOwn(people, who) || /^[UW][A-Z0-9]{2,20}$/.test(who)) return;
    fault(path, `${who.slice(0, 80)} is nobody under \`people:\`${nearest(who, known)}, and no Slack user id`);
  };
  for (const [entry, { rotation }] of Object.entries(oncall)) {
    rotation?.people.forEach((who, n) => person(['oncall', entry, 'rotation', 'people', n], who));
    rotation?.overrides.forEach((one, n) =>
      person(['oncall', entry, 'rotation', 'overrides', n, 'person'], one.person),
    );
  }
  for (const [role, { oncall: names = [] }] of Object.entries(roles))
    names.forEach((one, n) => {
      if (!Object.hasOwn(oncall, one))
        fault(
          ['roles', role, 'oncall', n],
          `there is no ${one.slice(0, 80)} under \`oncall:\`${nearest(one, Object.keys(oncall))}`,
        );
    });
}
