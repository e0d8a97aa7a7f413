// Tells digests in their channel when they are due, each once: what was told is kept with the messages, so that neither a crash nor another
// process loses or repeats one. Reads them as somebody who sees no private incident.
import { digestDue } from '../../core/digest/due.ts';
import { digestText } from '../../core/digest/text.ts';
import type { DigestSettings, ReadDigest, ToldDigests } from '../../ports/digests.ts';
import type { ClockCheck, Log, Runtime } from '../../ports/runtime.ts';

/** What telling needs. */
export type DigestWatchParts = {
  readonly settings: DigestSettings;
  readonly told: ToldDigests;
  readonly read: ReadDigest;
  /** True: there is more urgent work than this. */
  readonly rests: () => Promise<boolean>;
  /** True: this process acts on nothing. */
  readonly stands: () => boolean;
  readonly clock: Pick<ClockCheck, 'agrees'>;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Pick<Log, 'warn'>;
  readonly publicUrl: string;
};

/** Makes the work of a timer; it costs one look at what was told. */
export function createDigestWatch(parts: DigestWatchParts): () => Promise<void> {
  const { settings, told, runtime, clock, log } = parts;
  return async () => {
    // What is due is a matter for processes whose clocks agree.
    if (settings.channel === null || parts.stands() || !clock.agrees() || (await parts.rests())) return;
    const at = new Date(runtime.nowMs()).toISOString();
    const begun = await told.list();
    for (const kind of settings.which) {
      const due = digestDue(kind, settings, { begun, at });
      try {
        if (due.type === 'begin') await told.passOver(due.key);
        if (due.type === 'tell') await told.tell(due.key, await textOf(parts, { kind, due, at }));
      } catch (error) {
        // The next look tells it.
        log.warn({ err: error, digest: kind }, 'a digest could not be told; it is tried again soon');
      }
    }
  };
}

async function textOf(
  { settings: { timezone }, read, publicUrl }: DigestWatchParts,
  {
    kind,
    due,
    at,
  }: {
    readonly kind: DigestSettings['which'][number];
    readonly due: Extract<ReturnType<typeof digestDue>, { type: 'tell' }>;
    readonly at: string;
  },
): Promise<string> {
  // Whoever chose the channel chose who reads about access.
  const digest = await read({ kind, at, seen: [], administers: true });
  const marks = { strong: (text: string) => `*${text}*`, incident: (number: number) => `#${number}` };
  const text = digestText(digest, { timezone, marks, missed: due.missed });
  return digest.sections.length === 0 ? text : `${text}\n\n${publicUrl}/digests?kind=${kind}&at=${digest.to}`;
}
