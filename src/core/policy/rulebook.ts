// What every start and every step is held against: the policies, the freezes and the environments of this installation, as one document
// with one digest. Judges nothing.
import { z } from 'zod';
import { digestJson } from '../json.ts';
import { Risk } from '../playbook/playbook.ts';
import { ReadInterval } from './calendar.ts';

/** When a rule is asked: before a run starts, before a step is asked about or acts, at an order of people, when the rules themselves change. */
export const JudgedAt = z.enum(['start', 'step', 'order', 'policyChange']);
export type JudgedAt = z.infer<typeof JudgedAt>;

/** People who must agree, because a policy or a freeze says so. */
export const DemandedApproval = z.object({
  from: z.array(z.string().min(1)).min(1),
  quorum: z.number().int().min(1).max(20),
  expiresInMs: z.number().int().min(1000).exactOptional(),
  excludeRequester: z.literal(true).exactOptional(),
  stepUp: z.literal(true).exactOptional(),
});
export type DemandedApproval = z.infer<typeof DemandedApproval>;

/** What is made stricter of an approval that is asked anyway. */
export const Tightening = z.object({
  quorum: z.number().int().min(1).max(20).exactOptional(),
  expiresInMs: z.number().int().min(1000).exactOptional(),
  excludeRequester: z.literal(true).exactOptional(),
  stepUp: z.literal(true).exactOptional(),
});
export type Tightening = z.infer<typeof Tightening>;

/** What a rule does where it holds. There is no effect that allows anything. */
export const Effect = z.object({
  deny: z.string().exactOptional(),
  requireApproval: DemandedApproval.exactOptional(),
  tighten: Tightening.exactOptional(),
  note: z.string().exactOptional(),
});
export type Effect = z.infer<typeof Effect>;

/** One rule. `when`: CEL that yields true or false. */
const PolicyRule = z.object({ id: z.string(), at: z.array(JudgedAt).min(1), when: z.string(), effect: Effect });

/** One policy. */
export const Policy = z.object({
  name: z.string(),
  description: z.string(),
  /** In which its `time` is told. */
  timeZone: z.string(),
  rules: z.array(PolicyRule).min(1),
});
export type Policy = z.infer<typeof Policy>;

/** Patterns, `*` for any characters; absent: whatever it is. */
export const ScopePatterns = z
  .array(z.string().min(1).max(200), { error: 'must be a list such as ["payments-*"]; * stands for any characters' })
  .min(1, 'must name one at least; leave it out to limit nothing')
  .exactOptional();

/** A time in which nothing changes. */
export const Freeze = z.object({
  name: z.string(),
  reason: z.string(),
  environments: ScopePatterns,
  playbooks: ScopePatterns,
  labels: z.record(z.string(), z.array(z.string())).exactOptional(),
  /** Steps of this risk and above are held. */
  risk: Risk,
  startsAt: z.string().exactOptional(),
  endsAt: z.string().exactOptional(),
  /** In the place of `startsAt` and `endsAt`: again and again. */
  during: z.array(ReadInterval).min(1).exactOptional(),
  /** With `during`: from then on it comes no more. */
  until: z.string().exactOptional(),
  /** Who is asked in the meantime; absent: nobody, it waits. */
  approval: DemandedApproval.exactOptional(),
  /** True: what already happened is not undone either. */
  holdsUndo: z.literal(true).exactOptional(),
});
export type Freeze = z.infer<typeof Freeze>;

/** A part of what Firebreak acts on, such as production. Lists that are absent limit nothing. */
export const Environment = z.object({
  name: z.string(),
  integrations: ScopePatterns,
  routes: ScopePatterns,
  services: ScopePatterns,
  targets: ScopePatterns,
  /** Names under `secrets:` that steps there may use. */
  secrets: z.array(z.string()).exactOptional(),
  /** Hosts that steps there may call. */
  hosts: ScopePatterns,
  /** First words of commands that steps there may run. */
  commands: ScopePatterns,
});
export type Environment = z.infer<typeof Environment>;

/** All of it. Policies stand in the order of their names, which is the order in which they are asked. */
export const Rulebook = z.object({
  policies: z.array(Policy),
  freezes: z.array(Freeze),
  environments: z.array(Environment),
});
export type Rulebook = z.infer<typeof Rulebook>;

/** Nothing is ruled. */
export const emptyRulebook: Rulebook = { policies: [], freezes: [], environments: [] };

/** True where there is nothing to hold anything against. */
export const isEmpty = ({ policies, freezes, environments }: Rulebook): boolean =>
  policies.length + freezes.length + environments.length === 0;

/** The digest that pins a rule book: SHA-256 of its compiled form. */
export const rulebookDigest = (book: Rulebook): string => digestJson(book);
