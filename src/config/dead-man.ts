// `deadman:` of firebreak.yaml: what is pinged while work flows. Pings nothing.
import { z } from 'zod';
import { isPlainHttp } from '../actions/http/plain-http.ts';
import type { DeadManEntry } from '../core/dead-man/entry.ts';
import { Duration } from '../core/time.ts';
import { Secret, SecretRef } from '../spi/secret.ts';

const notUrl = 'must be an http or https URL without user and password';
const isUrl = (text: string): boolean => URL.canParse(text) && isPlainHttp(new URL(text));

const Entry = z.strictObject({
  /** Of others a secret: whoever knows it can hold the switch. */
  url: z.union([z.string().refine(isUrl, notUrl), Secret]),
  every: Duration.refine((ms) => ms >= 10_000, 'must be 10s at least').default(60_000),
  method: z.enum(['GET', 'POST'], { error: 'must be GET or POST' }).default('GET'),
  role: z
    .enum(['web', 'worker'], { error: 'must be web or worker; leave it out for every process' })
    .nullable()
    .default(null),
});

/** The section. */
export const DeadManSetting = z.array(Entry).max(20).default([]);

/** The entries with their secrets fetched; what is wrong with an address that is one is a fault. */
export const readDeadMan = (
  setting: z.output<typeof DeadManSetting>,
  {
    fetch,
    fault,
  }: {
    readonly fetch: (ref: SecretRef, path: readonly PropertyKey[]) => string;
    readonly fault: (path: readonly PropertyKey[], message: string) => void;
  },
): readonly DeadManEntry[] =>
  setting.map(({ url: given, every: everyMs, method, role }, n) => {
    const path = ['deadman', n, 'url'];
    const url = given instanceof SecretRef ? fetch(given, path) : given;
    // One that could not be fetched is a fault already.
    if (url !== '' && !isUrl(url)) fault(path, notUrl);
    return { name: `deadman.${n}`, url, everyMs, method, role };
  });
