// Commands on the stream of a playbook, as the pipeline takes them: what is loaded for them, and the stream's decider. The only way it changes.
import type { People } from '../../core/authority/membership.ts';
import { actorOf, type Caller, type Principal } from '../../core/authority/principal.ts';
import type { Resource } from '../../core/authority/scope.ts';
import { decideLife, type VersionCommand } from '../../core/change-control/decide.ts';
import { type PlaybookLife, playbookStreamId } from '../../core/change-control/state.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Result } from '../../core/result.ts';
import type { LoadedPlaybookLife, PlaybookLives } from '../../ports/ledger.ts';
import { answerOf } from '../outcome.ts';
import type { Pipeline } from '../pipeline.ts';
import type { PlaybookLifeProposal } from '../proposal.ts';

/** What commands on playbooks need. */
export type LifeCommandParts = {
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly lives: Pick<PlaybookLives, 'load'>;
  readonly people: People;
};

/** One command on one playbook. */
type LifeRequest = {
  readonly caller: Caller;
  readonly playbook: string;
  readonly resource: Resource;
  /** The command on what is known by now, for those who have the right; or why there is none. null: it was carried out before. */
  readonly command: (life: PlaybookLife) => Promise<Result<VersionCommand | null, Refusal>>;
};

/** Commands a playbook's stream. */
export type CommandLife = {
  /** Answers its life after it. */
  readonly order: (request: LifeRequest) => Promise<Result<PlaybookLife, Refusal>>;
  /** What the rules say to an order, without it. */
  readonly dry: (life: PlaybookLife, command: VersionCommand, by: Principal) => Result<unknown, Refusal>;
};

/** Makes the way to command playbooks. */
export function createCommandLife({ pipeline, lives, people }: LifeCommandParts): CommandLife {
  const order: CommandLife['order'] = async ({ caller: { principal, cause }, playbook, resource, command }) => {
    const outcome = await pipeline.execute<LoadedPlaybookLife, PlaybookLifeProposal>({
      name: 'command_playbook',
      caller: { principal, cause },
      right: 'design',
      resourceOf: () => resource,
      about: () => [],
      missing: `there is no playbook ${playbook}`,
      load: () => lives.load(playbook),
      keyOf: () => playbookStreamId(playbook),
      async decide(before, { at }) {
        const asked = await command(before.life);
        if (!asked.ok) return { outcome: 'refused', refusal: asked.error };
        if (asked.value === null) return { outcome: 'unchanged' };
        const decision = decideLife(before.life, asked.value, { at, actor: actorOf(principal), people });
        if (!decision.ok) return { outcome: 'refused', refusal: decision.error };
        const { events, life } = decision.value;
        if (events.length === 0) return { outcome: 'unchanged' };
        return {
          outcome: 'proposed',
          proposals: [{ stream: 'playbook', playbookName: playbook, before, life, events }],
        };
      },
    });
    return answerOf(outcome, { committed: ({ life }) => life, unchanged: ({ life }) => life });
  };
  return {
    order,
    // No rule of an order that nobody gives depends on the instant.
    dry: (life, command, by) => decideLife(life, command, { at: '', actor: actorOf(by), people }),
  };
}
