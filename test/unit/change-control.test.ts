// The rules of versions of playbooks: who may promote what, what is refused, and what the stream leads to.
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import { inputMisfits } from '../../src/core/change-control/inputs-fit.ts';
import { versionAt, versionOf, versionsNamed } from '../../src/core/change-control/state.ts';
import { systemActor } from '../../src/core/events.ts';
import { type ApprovalRule, playbookRef } from '../../src/core/playbook/playbook.ts';
import { ruleToAsk, whyExcluded } from '../../src/core/run/excluded.ts';
import { Story } from '../support/given/given.ts';
import { approver, author, authorInSlack, people, Versions, versionWith } from '../support/given/versions.ts';

const [one, two, three] = [versionWith('1.0.0'), versionWith('2.0.0'), versionWith('3.0.0')];

/** Version 1 is live, version 2 a draft. */
function given(): Versions {
  const versions = new Versions();
  versions.register(one);
  versions.promote(one, 'live');
  versions.register(two);
  return versions;
}

describe('registering', () => {
  it('makes a version known as a draft, whose author is who registered it, once', () => {
    const versions = new Versions();
    expect(versions.register(one)).toEqual(['playbook.registered']);
    expect(versionOf(versions.life, playbookRef(one).digest)).toMatchObject({ stage: 'draft', author });
    expect(versions.register(one)).toEqual([]);
    expect(versions.register(one, approver)).toEqual([]);
    expect(versionOf(versions.life, playbookRef(one).digest)).toMatchObject({ author });
  });

  it('refuses the same version number with other content', () => {
    const versions = given();
    const other = versionWith('2.0.0', '  - { id: b, uses: wait, with: { for: 2s } }\n');
    expect(versions.register(other)).toMatch(/^conflict: it 2\.0\.0 is registered with other content/);
  });

  it('lets a person answer for what was found in the folder, which nobody does until then', () => {
    const versions = new Versions();
    versions.register(one, systemActor);
    expect(versions.promote(one, 'live')).toMatch(/nobody answers for it 1\.0\.0 .* yet/);
    expect(versions.register(one, author)).toEqual(['playbook.registered']);
    expect(versions.promote(one, 'live', { actor: author })).toMatch(/^not_allowed/);
    expect(versions.promote(one, 'live')).toEqual(['playbook.promoted']);
  });
});

describe('promoting', () => {
  it('by the author is refused, also by the same person on another surface', () => {
    const versions = given();
    for (const actor of [author, authorInSlack])
      for (const to of ['shadow', 'canary', 'live'] as const)
        expect(versions.promote(two, to, { actor })).toMatch(/^not_allowed: whoever registered/);
    expect(versions.promote(two, 'shadow')).toEqual(['playbook.promoted']);
  });

  it('to live takes the place of the version that was, and never leads back', () => {
    const versions = given();
    versions.promote(two, 'canary');
    expect(versions.promote(two, 'canary')).toEqual([]);
    expect(versions.promote(two, 'canary', { share: 25 })).toEqual(['playbook.promoted']);
    expect(versions.promote(two, 'shadow')).toMatch(/is canary already/);
    expect(versions.promote(two, 'live')).toEqual(['playbook.promoted']);
    expect([versions.stage(one), versions.stage(two)]).toEqual(['retired', 'live']);
    expect(versions.promote(two, 'live')).toEqual([]);
    expect(versions.promote(one, 'live')).toMatch(/was live before; .* brings it back/);
  });

  it('to canary needs a live version, and inputs that every start of it fits', () => {
    const alone = new Versions();
    alone.register(one);
    expect(alone.promote(one, 'canary')).toMatch(/no version of it is live/);
    const misfits = ['it has no input `service`'];
    expect(given().promote(two, 'canary', { misfits })).toMatch(/does not fit .*: it has no input `service`/);
  });

  it('puts another one in shadow in place of the first, which is a draft again', () => {
    const versions = given();
    versions.register(three);
    versions.promote(two, 'shadow');
    expect(versions.promote(three, 'shadow')).toEqual(['playbook.demoted', 'playbook.promoted']);
    expect([versions.stage(two), versions.stage(three)]).toEqual(['draft', 'shadow']);
  });
});

describe('rolling back', () => {
  it('makes the version live that was before, and goes back and forth', () => {
    const versions = given();
    versions.promote(two, 'live');
    expect(versions.rollBack(one)).toEqual(['playbook.rolled_back']);
    expect([versions.stage(one), versions.stage(two)]).toEqual(['live', 'retired']);
    expect(versions.rollBack(two)).toEqual(['playbook.rolled_back']);
    expect(versions.rollBack(two)).toMatch(/is live already/);
  });

  it('is refused to a version that never was live, and to one that cannot run any more', () => {
    const versions = given();
    expect(versions.rollBack(two)).toMatch(/was never live/);
    versions.promote(two, 'live');
    expect(versions.rollBack(one, 'there is no action `gone`')).toMatch(/cannot run any more.*no action `gone`/);
    expect(versions.stage(two)).toBe('live');
  });
});

describe('where the folder decides', () => {
  it('what is in it is live, under whatever number, and what is not is not', () => {
    const versions = new Versions();
    expect(versions.follow(playbookRef(one))).toEqual(['playbook.registered', 'playbook.promoted']);
    expect(versions.follow(playbookRef(one))).toEqual([]);
    const other = versionWith('1.0.0', '  - { id: b, uses: wait, with: { for: 2s } }\n');
    expect(versions.follow(playbookRef(other))).toEqual(['playbook.registered', 'playbook.promoted']);
    expect(versionAt(versions.life, 'live')?.ref.digest).toBe(playbookRef(other).digest);
    expect(versions.follow(null)).toEqual(['playbook.retired']);
    expect(versionAt(versions.life, 'live')).toBeNull();
    expect(versions.follow(playbookRef(one))).toEqual(['playbook.promoted']);
  });
});

describe('demoting', () => {
  it('takes back what is tried, and leaves alone what has moved on', () => {
    const versions = given();
    const demote = { type: 'demote_version' as const, digest: playbookRef(two).digest, reason: 'it fails' };
    expect(versions.order(demote, systemActor)).toEqual([]);
    versions.promote(two, 'canary');
    expect(versions.order(demote, systemActor)).toEqual(['playbook.demoted']);
    expect(versions.stage(two)).toBe('draft');
    expect(versions.stage(one)).toBe('live');
  });
});

it('a version is named by its number, or by the beginning of its digest where that is long enough', () => {
  const { life } = given();
  const { digest } = playbookRef(two);
  const named = (text: string) => versionsNamed(life, text).map(({ ref }) => ref.version);
  expect(named('2.0.0')).toEqual(['2.0.0']);
  expect(named(digest)).toEqual(['2.0.0']);
  expect(named(digest.slice(7, 15))).toEqual(['2.0.0']);
  expect(named(digest.slice(7, 10))).toEqual([]);
  expect(versionOf(life, '__proto__')).toBeUndefined();
});

describe('inputs', () => {
  const input = { type: 'string' as const, description: '', from: null, default: null, required: true, pattern: null };
  const service = { ...input, enum: null };
  it.each([
    [{}, null],
    [{ service }, null],
    [{ service, mode: { ...service, required: false } }, null],
    [{ service, mode: { ...service, from: 'alert.labels.mode' } }, null],
    [{ service: { ...service, type: 'number' as const } }, 'the input `service` is a number, and was a string'],
    [{ service: { ...service, pattern: '^a' } }, 'the input `service` must match `^a` now'],
    [{ service: { ...service, enum: ['a'] } }, 'the input `service` no longer takes other values'],
    [{ service, mode: service }, 'the input `mode` is new and must be given'],
  ])('%j fit what started a version with one input, or it is said why not', (inputs, misfit) => {
    const live = Object.keys(inputs).length === 0 ? { inputs: {} } : { inputs: { service } };
    expect(inputMisfits(live, { inputs })).toEqual(misfit === null ? [] : [misfit]);
  });

  it('that are gone do not fit', () => {
    expect(inputMisfits({ inputs: { service } }, { inputs: {} })).toEqual(['it has no input `service`']);
  });
});

describe('an approval by whoever registered the version', () => {
  const run = { ...new Story(one).state, author };
  const asked = { from: ['@sre'], quorum: 1, expiresInMs: 60_000, escalate: [], excludeRequester: false };
  it('is excluded, whatever surface it comes by, and only where the configuration does not say otherwise', () => {
    const excluded = (actor: typeof author, pinned: ApprovalRule, selfApproval?: Access['selfApproval']) =>
      whyExcluded({ run, approval: { rule: pinned }, actor, people, selfApproval }) !== null;
    for (const selfApproval of ['never', undefined] as const) {
      const pinned = ruleToAsk(asked, 'low', { state: run, selfApproval });
      // As it was asked it holds, whatever the configuration says later and whoever does not know what it says.
      for (const actor of [author, authorInSlack])
        expect([excluded(actor, pinned), excluded(actor, pinned, 'byRule')]).toEqual([true, true]);
      expect(excluded(approver, pinned)).toBe(false);
    }
    const loose = ruleToAsk(asked, 'low', { state: run, selfApproval: 'byRule' });
    expect([excluded(author, loose), excluded(author, loose, 'byRule')]).toEqual([false, false]);
    expect(excluded(author, loose, 'never')).toBe(true);
  });

  it('is let through where nobody is known to answer for the version, and the rule is asked as it is written', () => {
    const { state } = new Story(one);
    expect(ruleToAsk(asked, 'low', { state, selfApproval: undefined })).toEqual(asked);
    expect(whyExcluded({ run: state, approval: { rule: asked }, actor: author, people, selfApproval: 'byRule' })).toBe(
      null,
    );
  });

  it('is let through by nothing but `selfApproval: byRule` that is written out', () => {
    const said = (section: object) => Access.parse(section).selfApproval;
    expect([said({}), said({ selfApproval: 'never' }), said({ selfApproval: 'byRule' })]).toEqual([
      'never',
      'never',
      'byRule',
    ]);
  });
});
