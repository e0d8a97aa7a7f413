// Defences of access: rights stay within their bounds, and an approval counts people.
import type { Defence } from './defence.ts';

const scopes = 'test/unit/access-scopes.test.ts';
const properties = 'test/unit/access-properties.test.ts';
const authority = 'test/unit/authority.test.ts';
const _rules = 'src/core/run/decide-approval.ts';
const excluded = 'src/core/run/excluded.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'a right beyond its scope',
    defence: 'A grant gives nothing outside of its bounds.',
    file: 'src/core/authority/authorise.ts',
    find: 'access.grants[right].filter((grant) => reaches(grant, resource))',
    replace: 'access.grants[right].filter((grant) => reaches(grant, { ...resource, anything: true }))',
    test: scopes,
    title: 'nothing outside of any one bound',
  },
  {
    threat: 'a right beyond its scope',
    defence: 'What has no such value keeps no bound.',
    file: 'src/core/authority/scope.ts',
    find: 'return value !== undefined && wanted.some',
    replace: 'return value === undefined || wanted.some',
    test: properties,
    title: 'never allows more',
  },
  {
    threat: 'a right beyond its scope',
    defence: 'A playbook has no label by the name of something that every object has.',
    file: 'src/core/authority/scope.ts',
    find: 'Object.hasOwn(labels, label) ? labels[label] : undefined',
    replace: 'String(labels[label])',
    test: scopes,
    title: 'may be bound to labels',
  },
  {
    threat: 'one person in two linked identities votes twice',
    defence: 'A vote is compared with those before it by person, as links are now.',
    file: 'src/core/authority/distinct.ts',
    find: 'areOne(a, b) || areOne(linkedNow(a, people), linkedNow(b, people))',
    replace: 'a.kind === b.kind && a.id === b.id',
    test: authority,
    title: 'is not reached by one person by',
  },
  {
    threat: 'one person in two linked identities votes twice',
    defence: 'Whoever is linked only after voting is one person all the same.',
    file: 'src/core/authority/distinct.ts',
    find: 'areOne(a, b) || areOne(linkedNow(a, people), linkedNow(b, people))',
    replace: 'areOne(a, b)',
    test: properties,
    title: 'never granted by fewer different people',
  },
  {
    threat: 'one person in two linked identities votes twice',
    defence: 'A quorum counts anew how many different people have voted.',
    file: 'src/core/approval/threshold.ts',
    find: 'const left = quorum - persons.length;',
    replace: 'const left = quorum - votes.length;',
    test: authority,
    title: 'linked to one person before the last vote',
  },
  {
    threat: '19 the requester approves',
    defence: 'Where the configuration says never, no rule lets the requester approve.',
    file: excluded,
    find: "approval.rule.excludeRequester || selfApproval === 'never'",
    replace: 'approval.rule.excludeRequester',
    test: authority,
    title: 'whatever the rule says',
  },
  {
    threat: '19 the requester approves',
    defence: 'The requester is compared as a person, on whatever surface.',
    file: excluded,
    find: 'areOnePerson(actor, run.requestedBy, people)',
    replace: 'actor.id === run.requestedBy.id',
    test: authority,
    title: 'by the requester on another surface',
  },
  {
    threat: 'who has which right is told to anybody',
    defence: 'About somebody else only who may administer is answered.',
    file: 'src/http/api/access.ts',
    find: 'if (!tokens.ok) return tokens;',
    replace: 'if (!tokens.ok) return ok(namedPrincipal(user, { people: named.people, tokens: [] }) ?? principal);',
    test: 'test/unit/access-routes.test.ts',
    title: 'only to who may administer',
  },
];
