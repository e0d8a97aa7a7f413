// No proof at all: for a sender that can do nothing, behind a network that lets nobody else in.
import { z } from 'zod';
import { ok } from '../../core/result.ts';
import { defineAuthScheme } from '../../spi/auth-scheme.ts';

/** The scheme. */
export const none = defineAuthScheme({
  id: 'none',
  proves: 'nothing',
  docs: 'Nothing is checked: **anybody who reaches the address can send alerts**, and `firebreak doctor` says so. Only for a sender that can do nothing else, behind a network or a proxy that lets nobody else in.',
  sample: {},
  settings: z.strictObject({}),
  stamped: () => false,
  verify: () => ok(undefined),
  sign: () => ({}),
});
