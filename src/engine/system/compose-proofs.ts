// What proves who somebody is, composed. Holds no rule.
import { noStepUp } from '../../core/step-up/needs-step-up.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import type { Pipeline } from '../pipeline.ts';
import { createPasskeyOperations } from '../step-up/passkey-operations.ts';
import { createProveAssertion } from '../step-up/prove-assertion.ts';
import { createTokens } from './authenticate-token.ts';
import type { CommandSystem } from './command-system.ts';
import { createSessionOperations } from './session-operations.ts';
import { createSessions } from './sessions.ts';
import { createTokenOperations } from './token-operations.ts';

/** What proves who somebody is, and what can be asked for about it. */
export const composeProofs = (
  { tokens, sessions: store, systemStream, runtime, log, mintToken, mintSession, stepUp, catalog }: EnginePorts,
  { bootstrapHash, sessionTimes: times, people, stepUp: settings = noStepUp }: EngineOptions,
  { pipeline, commandSystem }: { readonly pipeline: Pipeline; readonly commandSystem: CommandSystem },
) => ({
  tokens: createTokens({ store: tokens, runtime, bootstrapHash }),
  sessions: createSessions({ store, runtime, mintSession, times }),
  proveAssertion: createProveAssertion({ stepUp, systemStream, settings }),
  ofProofs: {
    ...createPasskeyOperations({
      pipeline,
      commandSystem,
      systemStream,
      runtime,
      people,
      stepUp,
      site: settings.site,
      library: catalog.byName,
    }),
    ...createTokenOperations({ pipeline, commandSystem, systemStream, mintToken }),
    ...createSessionOperations({ pipeline, store, runtime, log }),
  },
});
