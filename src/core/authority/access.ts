// Who has which right: the `access:` section of the configuration, and what holds where it says nothing. Answers no question itself.
import { z } from 'zod';
import { Right } from './right.ts';

/** Somebody: `everyone`, a role (`@sre`), a Slack user id, a key under `people:`, `local:NAME` or `token:NAME`. */
const Who = z
  .string()
  .regex(
    /^(everyone|@(?:oncall:)?[a-z0-9][a-z0-9_-]{0,62}|[UW][A-Z0-9]{2,20}|local:[\w.-]{1,64}|token:[\w.-]{1,64}|[a-z0-9][a-z0-9_.-]{0,62})$/,
    'must be everyone, a role such as @sre, a Slack user id, a name under `people:`, local:NAME or token:NAME',
  );

const patterns = z
  .array(z.string().min(1).max(200), { error: 'must be a list such as ["payments-*"]; * stands for any characters' })
  .min(1, 'must name one at least; leave it out to bind nothing')
  .nullable()
  .default(null);

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)], {
  error: 'must be a text, or a list of texts of which one is enough',
});
const labels = z
  .record(z.string(), texts)
  .refine((wanted) => Object.keys(wanted).length > 0, 'must name a label at least; leave it out to bind nothing')
  .nullable()
  .default(null);

/** What a grant can be bound to; null: to nothing. */
const bounds = { playbooks: patterns, labels, services: patterns, environments: patterns };

const someone = z.array(Who).min(1, 'must name somebody');
const ScopedGrant = z.strictObject({ who: someone, ...bounds });

const oneOf = `one of ${Right.options.join(', ')}`;

/** Several rights at once, for some playbooks, services, environments. */
const GrantOfRights = z.strictObject({
  to: someone,
  rights: z
    .array(z.enum(Right.options, { error: `must be ${oneOf}` }), { error: `must be a list, each ${oneOf}` })
    .min(1, 'must name a right'),
  ...bounds,
});

/** What a grant is bound to: all of it must hold. Patterns have `*` for any characters; of each list one is enough. */
export type GrantScope = Omit<z.output<typeof ScopedGrant>, 'who'>;

/** Gives a right to somebody, everywhere or within a scope. `at`: where it stands in the configuration, such as `access.start[0]`. */
export type Grant = z.output<typeof ScopedGrant> & { readonly at: string };

const everywhere: GrantScope = { playbooks: null, labels: null, services: null, environments: null };

const Grants = z
  .union([z.literal('everyone').transform(() => ['everyone']), z.array(z.union([Who, ScopedGrant]))], {
    error: 'must be everyone, or a list such as ["@sre"]',
  })
  .transform((entries) =>
    entries.map((entry) => (typeof entry === 'string' ? { who: [entry], ...everywhere } : entry)),
  );

/** Everything the machine's own user holds unless the configuration says otherwise. */
const localDefault = Right.options.filter((right) => right !== 'bypass');

/**
 * The `access:` section. Without it everybody who has proved who they are may view and respond, and nobody from Slack may start,
 * order, operate, design, administer or bypass.
 */
export const Access = z
  .strictObject({
    view: Grants.prefault('everyone'),
    respond: Grants.prefault('everyone'),
    start: Grants.prefault([]),
    order: Grants.prefault([]),
    operate: Grants.prefault([]),
    design: Grants.prefault([]),
    administer: Grants.prefault([]),
    bypass: Grants.prefault([]),
    /** Grants of several rights, beside those above. */
    grants: z.array(GrantOfRights, { error: 'must be a list of { to, rights, … }' }).max(500).default([]),
    /** Rights of `local:NAME`, the machine's own user. */
    local: z.array(Right).default(localDefault),
    /**
     * Whether whoever started a run may approve its steps, or registered the version: never, or as each approval's own rule says. Nothing
     * else loosens `never`.
     */
    selfApproval: z.enum(['never', 'byRule'], { error: 'must be never or byRule' }).default('never'),
  })
  .transform(({ local, selfApproval, grants: several, ...single }) => {
    const grantsOf = (right: Right): readonly Grant[] => [
      ...single[right].map((grant, n) => ({ ...grant, at: `access.${right}[${n}]` })),
      ...several.flatMap(({ to, rights, ...scope }, n) =>
        rights.includes(right) ? [{ who: to, ...scope, at: `access.grants[${n}]` }] : [],
      ),
    ];
    const grants = Object.fromEntries(Right.options.map((right) => [right, grantsOf(right)]));
    return {
      grants: grants as { readonly [R in Right]: readonly Grant[] },
      local,
      selfApproval,
    };
  });
export type Access = z.output<typeof Access>;
