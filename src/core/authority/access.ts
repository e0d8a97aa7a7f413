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

const names = z.array(z.string().min(1)).min(1).nullable().default(null);
const ScopedGrant = z.strictObject({
  who: z.array(Who).min(1),
  playbooks: names,
  services: names,
  environments: names,
});

/** Gives a right to somebody, everywhere or for some playbooks, services, environments. */
export type Grant = z.output<typeof ScopedGrant>;

const Grants = z
  .union([z.literal('everyone').transform(() => ['everyone']), z.array(z.union([Who, ScopedGrant]))], {
    error: 'must be everyone, or a list such as ["@sre"]',
  })
  .transform((entries): readonly Grant[] =>
    entries.map((entry) =>
      typeof entry === 'string' ? { who: [entry], playbooks: null, services: null, environments: null } : entry,
    ),
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
    /** Rights of `local:NAME`, the machine's own user. */
    local: z.array(Right).default(localDefault),
  })
  .transform(({ local, ...grants }) => ({ grants, local }));
export type Access = z.output<typeof Access>;
