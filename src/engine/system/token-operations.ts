// Service tokens: make one, take it back, list them. The rules are the system stream's; a token itself is made here and kept nowhere.
import { sha256 } from '../../core/json.ts';
import { err, ok } from '../../core/result.ts';
import { type TokenRecord, tokenOf } from '../../core/system/state.ts';
import type { SystemStream } from '../../ports/ledger.ts';
import type { TokenOperations } from '../../ports/operations.ts';
import type { ListedToken } from '../../ports/tokens.ts';
import type { EnginePorts } from '../engine-ports.ts';
import type { Pipeline } from '../pipeline.ts';
import { type CommandSystem, stateOf } from './command-system.ts';

/** What the token operations need. */
export type TokenParts = {
  readonly pipeline: Pick<Pipeline, 'authorised'>;
  readonly commandSystem: CommandSystem;
  readonly systemStream: Pick<SystemStream, 'load'>;
  readonly mintToken: EnginePorts['mintToken'];
};

/** The operations on service tokens. */
export function createTokenOperations(parts: TokenParts): TokenOperations {
  const { pipeline, commandSystem, systemStream, mintToken } = parts;
  const right = 'administer';
  return {
    async createToken({ principal, cause, name, rights, expiresAt, owner }) {
      const token = mintToken();
      const command = { type: 'create_token' as const, name, rights, expiresAt, owner, hash: sha256(token) };
      const state = stateOf(await commandSystem({ caller: { principal, cause }, right, command }));
      if (!state.ok) return state;
      return ok({ token, created: listed(present(tokenOf(state.value, name), name)) });
    },

    async revokeToken({ principal, cause, name, reason }) {
      const command = { type: 'revoke_token' as const, name, reason };
      const state = stateOf(await commandSystem({ caller: { principal, cause }, right, command }));
      return state.ok ? ok(listed(present(tokenOf(state.value, name), name))) : state;
    },

    async tokens({ principal }) {
      const allowed = await pipeline.authorised(principal, right, {});
      if (!allowed.ok) return err(allowed.error);
      const { state } = await systemStream.load();
      return ok(
        Object.values(state.tokens)
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map(listed),
      );
    },
  };
}

function present(token: TokenRecord | undefined, name: string): TokenRecord {
  if (!token) throw new Error(`the token ${name} was written and is not there`);
  return token;
}

/** Not by leaving the hash out: what is added to a record later does not show by itself. */
const listed = (token: TokenRecord): ListedToken => ({
  name: token.name,
  rights: token.rights,
  expiresAt: token.expiresAt,
  owner: token.owner,
  createdBy: token.createdBy,
  createdAt: token.createdAt,
  revoked: token.revoked,
});
