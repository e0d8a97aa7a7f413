// One rule for every reason that must be said: blanks, what cannot be seen and mere signs are none, on whatever way the reason comes in.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ruleSections } from '../../src/config/rules.ts';
import { routes } from '../../src/contract/routes.ts';
import { SilenceSetting } from '../../src/core/alert/silence.ts';
import { MaintenanceWindow } from '../../src/core/alert/window.ts';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import type { SystemCommand } from '../../src/core/system/decide.ts';
import { start } from '../support/given/given.ts';
import { givenIncident, opened, resolved } from '../support/given/incident.ts';
import { givenSystem } from '../support/given/system.ts';
import { Versions, versionWith } from '../support/given/versions.ts';

/** Texts that say nothing: blanks, a zero width space, signs. */
const blanks = ['', '  ', '\u200b', '...', '!?', '-'];
const said = 'must say why';
const why = 'reason must say why, in words that somebody can read later';

describe('a reason that says nothing is none', () => {
  it('in no body of the API that must hold one', () => {
    const asking = Object.entries(routes).flatMap(([name, route]) => {
      const body = 'body' in route ? route.body : undefined;
      const field =
        body instanceof z.ZodObject ? new Map<string, unknown>(Object.entries(body.shape)).get('reason') : null;
      return field instanceof z.ZodType && !field.safeParse(undefined).success ? [[name, field] as const] : [];
    });
    expect(asking.length).toBeGreaterThan(10);
    for (const [name, field] of asking)
      for (const blank of blanks) expect([name, blank, field.safeParse(blank).success]).toEqual([name, blank, false]);
  });

  it('where a kill switch is engaged, something is redacted, or a database that went back is accepted', () => {
    const lost = { number: 2, hash: 'h' };
    const orders = (reason: string): readonly SystemCommand[] => [
      { type: 'engage_switch', scope: '*', reason },
      { type: 'accept_restore', reason, lost: lost as never, kept: 1 },
      { type: 'redact_event', streamId: 's', seq: 1, hash: 'h', now: 'n', paths: ['a'], reason },
      { type: 'redact_evidence', digest: 'd', name: 'n', reason },
    ];
    for (const blank of blanks)
      for (const order of orders(blank)) givenSystem().when(order).thenRefused('invalid', why);
  });

  it('where a version is promoted, rolled back or retired', () => {
    const versions = new Versions();
    const book = versionWith('1.0.0');
    versions.register(book);
    const { digest } = playbookRef(book);
    const proof = { tests: 0, replay: { runs: 0, different: 0, unexplained: 0 } };
    for (const reason of blanks) {
      expect(versions.order({ type: 'promote_version', digest, to: 'live', reason, proof, misfits: [] })).toMatch(said);
      expect(versions.order({ type: 'roll_back_version', digest, reason, unusable: null })).toMatch(said);
      expect(versions.order({ type: 'retire_version', digest, reason })).toMatch(said);
    }
  });

  it('where people resolve, reopen or close an incident', () => {
    for (const reason of blanks) {
      givenIncident(opened).when({ type: 'resolve', reason }).thenRefused('invalid', why);
      givenIncident(opened, resolved).when({ type: 'reopen', reason }).thenRefused('invalid', why);
      givenIncident(opened, resolved).when({ type: 'close', reason }).thenRefused('invalid', why);
    }
  });

  it('in the file: silences, windows and freezes', () => {
    const [startsAt, endsAt, owner] = [start, '2026-03-02T00:00:00Z', 'ana'];
    const silence = (reason: string) => ({ name: 's', sets: [{ source: ['x'] }], startsAt, endsAt, owner, reason });
    const window = (reason: string) => ({ name: 'w', startsAt, endsAt, owner, reason });
    const freeze = (reason: string) => [{ name: 'f', reason, from: startsAt, to: endsAt }];
    const read = (reason: string) => [
      SilenceSetting.safeParse(silence(reason)).success,
      MaintenanceWindow.safeParse(window(reason)).success,
      ruleSections.freezes.safeParse(freeze(reason)).success,
    ];
    expect(read('the core moves')).toEqual([true, true, true]);
    for (const blank of blanks) expect([blank, ...read(blank)]).toEqual([blank, false, false, false]);
  });
});
