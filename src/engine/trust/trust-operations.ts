// How playbooks stand, and what people order about that: to be asked, not to be asked, and that somebody has looked. The rules are the
// system stream's.
import { err, ok } from '../../core/result.ts';
import { trustOf } from '../../core/system/trust.ts';
import { type TrustSettings, trustSettingsOf } from '../../core/trust/settings.ts';
import type { PlaybookCatalog, SystemStream } from '../../ports/ledger.ts';
import type { PlaybookTrust, TrustOperations } from '../../ports/trust.ts';
import type { Admission } from '../admission.ts';
import { type CommandSystem, stateOf } from '../system/command-system.ts';

/** What they need. */
export type TrustOperationParts = {
  readonly commandSystem: CommandSystem;
  readonly catalog: Pick<PlaybookCatalog, 'all' | 'byName'>;
  readonly systemStream: Pick<SystemStream, 'load'>;
  readonly settings: TrustSettings;
  readonly admission: Pick<Admission, 'refresh'>;
};

/** To let a playbook act by itself is a matter of whoever designs playbooks; to be asked, of whoever operates them. */
const rights = { lower_trust: 'operate', raise_trust: 'design', review_playbook: 'design' } as const;

/** The operations. */
export function createTrustOperations(parts: TrustOperationParts): TrustOperations {
  const { commandSystem, catalog, systemStream, settings, admission } = parts;
  const standing = async (): Promise<readonly PlaybookTrust[]> => {
    const { state } = await systemStream.load();
    return catalog.all().map((playbook) => {
      const own = trustSettingsOf(playbook, settings);
      return { playbook: playbook.name, settings: own, ...trustOf(state.trust ?? {}, playbook.name, own.start) };
    });
  };
  return {
    trust: standing,
    async orderTrust({ principal, cause, type, playbook: name, reason }) {
      const playbook = catalog.byName(name);
      const resource = { playbook: name, labels: playbook?.labels };
      const start = playbook ? trustSettingsOf(playbook, settings).start : settings.start;
      const command = { type, playbook: name, reason, start };
      const state = stateOf(
        await commandSystem({ caller: { principal, cause }, right: rights[type], resource, command }),
      );
      if (!state.ok) return state;
      await admission.refresh();
      const found = (await standing()).find((one) => one.playbook === name);
      return found ? ok(found) : err({ code: 'not_found', message: `there is no playbook ${name}` });
    },
  };
}
