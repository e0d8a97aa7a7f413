// What is told of an incident that has left the database for an archive: where it is and how it is read; of a private one nothing.
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/core/authority/principal.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import { err, ok } from '../../src/core/result.ts';
import { createReadsFor, createSight } from '../../src/engine/sight.ts';
import { ifArchived } from '../../src/http/api/if-archived.ts';
import { refusalText } from '../../src/http/problem.ts';
import type { ReadModels } from '../../src/ports/reads.ts';
import { ana } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const id = 'inc_01kb0000000000000000000007';
const local: Principal = { type: 'local', name: 'root', person: null, via: 'cli' };
const missing = err<Refusal>({ code: 'not_found', message: 'there is no such incident' });

/** The reads of somebody where #7 was archived. */
function readsOf(viewer: Principal, isPrivate: boolean) {
  const gone = { id, number: 7, archivedAt: '2026-11-01T00:00:00.000Z', isPrivate };
  const reads = { archived: async (asked: string) => (['7', id].includes(asked) ? gone : null) };
  const directory = { belongsTo: async () => [] };
  return createReadsFor({
    reads: reads as unknown as ReadModels,
    events: { readStream: async function* () {} },
    exportTimeline: async () => null,
    readPostmortem: async () => null,
    sight: createSight({ store: { runsOf: async () => [] }, directory }),
  })(viewer);
}

describe('an incident that was archived', () => {
  const asked = (isPrivate: boolean, viewer: Principal = principalOf(ana)) => ({
    reads: readsOf(viewer, isPrivate),
    params: { id: '7' },
    body: {},
  });

  it('is gone and not unknown: its answer names the instant, the file, and how that is read and redacted', async () => {
    const outcome = await ifArchived('GET /incidents/:id', asked(false), missing);
    if (outcome.ok) throw new Error('it was found');
    const { status, text } = refusalText(outcome.error);
    expect([status, JSON.parse(text).code]).toEqual([410, 'archived']);
    for (const word of [
      '2026-11-01T00:00:00.000Z',
      `incident-7.${id}.bundle.json`,
      'audit verify --file',
      'deleting the file',
    ])
      expect(text).toContain(word);
  });

  it('is told of wherever it is named: in a path, in a body, in what is to be redacted', async () => {
    const named = [
      ['GET /incidents/:id/frame', { params: { id } }],
      ['POST /playbooks/:name/runs', { body: { incident: id } }],
      ['POST /redactions', { body: { where: { type: 'event', stream: id, seq: 1 } } }],
    ] as const;
    for (const [route, parts] of named)
      expect(await ifArchived(route, { ...asked(false), params: {}, ...parts }, missing), route).toMatchObject({
        ok: false,
        error: { code: 'archived' },
      });
  });

  it('changes no other answer', async () => {
    const given = asked(false);
    expect(await ifArchived('GET /incidents/:id', { ...given, params: { id: '8' } }, missing)).toBe(missing);
    const denied = err<Refusal>({ code: 'not_allowed', message: 'no' });
    expect(await ifArchived('GET /incidents/:id', given, denied)).toBe(denied);
    expect(await ifArchived('GET /incidents/:id', given, ok(1))).toEqual(ok(1));
  });

  it('is an id that never was if it was private, but to the owner of the machine', async () => {
    expect(await ifArchived('GET /incidents/:id', asked(true), missing)).toBe(missing);
    expect(await ifArchived('GET /incidents/:id', asked(true, local), missing)).toMatchObject({
      error: { code: 'archived' },
    });
  });
});
