// Lines of a postmortem that stand for single entries of the ledger: what started each run, what people wrote in the channel. Pure.
import { assertNever } from '../result.ts';
import { type Facts, groupBy } from './facts.ts';
import type { Names } from './names.ts';

/** A message of the channel that was kept, as it reads now. */
export type ChatLine = {
  readonly seq: number;
  readonly saidAt: string;
  readonly who: string;
  readonly text: string;
  readonly files: readonly string[];
};

/** What started each run, in words. */
export function triggerLines(facts: Facts, names: Names): string[] {
  return facts.of('run.started').map(({ stored, event: { data } }) => {
    const { playbook, trigger, inputs } = data;
    const given = Object.entries(inputs).map(
      ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    const what = `${playbook.name} ${playbook.version}${given.length > 0 ? ` for ${given.join(', ')}` : ''}`;
    switch (trigger.type) {
      case 'alert':
        return names.text(`The alert “${names.alert(trigger.fingerprint)}” of ${trigger.source} started ${what}.`);
      case 'manual':
        return names.text(
          `${names.actor(stored.actor)} started ${what} by hand${trigger.reason ? `: ${trigger.reason}` : '.'}`,
        );
      case 'schedule':
        return names.text(`The schedule ${trigger.schedule} started ${what} for ${trigger.slotAt}.`);
      case 'run':
        return names.text(`Step ${trigger.step} of ${names.run(trigger.runId)} started ${what}.`);
      default:
        return assertNever(trigger);
    }
  });
}

/** Messages of the channel that people put into the timeline, as they read now. */
export function chatLines(facts: Facts, names: Names): ChatLine[] {
  const edits = groupBy(facts.of('chat.edited'), ({ event: { data } }) => `${data.channelId}/${data.ts}`);
  return facts.of('chat.kept').map(({ stored, event: { data } }) => ({
    seq: stored.seq,
    saidAt: data.saidAt,
    who: data.author.name ?? names.person(data.author.id),
    text: names.text(edits.get(`${data.channelId}/${data.ts}`)?.at(-1)?.event.data.text ?? data.text),
    files: data.files.map(({ name }) => name),
  }));
}
