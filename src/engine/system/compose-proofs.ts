// What proves who somebody is, composed. Holds no rule.
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import type { Pipeline } from '../pipeline.ts';
import { createTokens } from './authenticate-token.ts';
import type { CommandSystem } from './command-system.ts';
import { createSessionOperations } from './session-operations.ts';
import { createSessions } from './sessions.ts';
import { createTokenOperations } from './token-operations.ts';

/** What proves who somebody is, and what can be asked for about it. */
export const composeProofs = (
  { tokens, sessions: store, systemStream, runtime, log, mintToken, mintSession }: EnginePorts,
  { bootstrapHash, sessionTimes: times }: EngineOptions,
  { pipeline, commandSystem }: { readonly pipeline: Pipeline; readonly commandSystem: CommandSystem },
) => ({
  tokens: createTokens({ store: tokens, runtime, bootstrapHash }),
  sessions: createSessions({ store, runtime, mintSession, times }),
  ofProofs: {
    ...createTokenOperations({ pipeline, commandSystem, systemStream, mintToken }),
    ...createSessionOperations({ pipeline, store, runtime, log }),
  },
});
