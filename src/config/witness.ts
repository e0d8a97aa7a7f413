// `record.witness` in firebreak.yaml: where checkpoints are sent to. Sends nothing.
import { z } from 'zod';
import type { WitnessPlace } from '../ports/record.ts';
import { Secret, type SecretRef } from '../spi/secret.ts';

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** Where checkpoints are sent to, as `record.witness` in firebreak.yaml has it. */
export const WitnessSetting = z.discriminatedUnion('type', [
  /** Appended as one line of JSON; best on another machine's disk. */
  z.strictObject({ type: z.literal('file'), path: z.string().min(1) }),
  /** Posted as JSON, with a bearer token if there is one. */
  z.strictObject({ type: z.literal('http'), url: httpUrl, token: Secret.optional() }),
  /** Put as an object of its own; `{number}` in the URL becomes the number of the checkpoint. */
  z.strictObject({
    type: z.literal('object'),
    url: httpUrl.refine(
      (url) => decodeURI(url).includes('{number}'),
      'must have {number} in it, so that no object replaces another',
    ),
    token: Secret.optional(),
  }),
  /** Written to the log, whole. */
  z.strictObject({ type: z.literal('log') }),
]);

/** The places with their secrets fetched. */
export const readWitness = (
  places: readonly z.output<typeof WitnessSetting>[],
  fetch: (ref: SecretRef, path: readonly PropertyKey[]) => string,
): readonly WitnessPlace[] =>
  places.map((place, n) => {
    if (place.type === 'file' || place.type === 'log') return place;
    const token = place.token === undefined ? null : fetch(place.token, ['record', 'witness', n, 'token']);
    return { type: place.type, url: place.url, token };
  });
