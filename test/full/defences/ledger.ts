// Defences of what is stored beside the record: snapshots, read models, content under its digest, the witness.
import type { Defence } from './defence.ts';

const snapshots = 'test/contract/tampered-snapshots.test.ts';

/** They need a database, each its own. */
export const defences: readonly Defence[] = [
  {
    threat: 'F.1: an incident edited in the database',
    defence: "An incident's state is taken only if its keyed digest vouches for it.",
    file: 'src/store/ledger/snapshots.ts',
    find: "if (vouched === 'wrong') return refuse(parts, { streamId: id, seq: version }, edited('the incident'));",
    replace: '',
    test: snapshots,
    title: 'whose state was edited is refused by every load, and left out of lists that show the others',
  },
  {
    threat: 'F.1: a run edited in the database, an approval "granted"',
    defence: "A run's state is taken only if its keyed digest vouches for it.",
    file: 'src/store/ledger/snapshots.ts',
    find: "if (progress === 'wrong' || origin === 'wrong') return bad(edited('the run'));",
    replace: '',
    test: snapshots,
    title: 'whose state was edited is refused by every load, and left out of lists',
  },
  {
    threat: 'F.1: an old state put back with its digest',
    defence: 'A run whose stream knows more of it than its snapshot is not taken.',
    file: 'src/store/ledger/snapshots.ts',
    find: "if (stale) return bad('its snapshot is older than its events: an old state was put back');",
    replace: '',
    test: snapshots,
    title: 'refused once the stream knows more of it',
  },
  {
    threat: 'F.1: a state whose digest was taken away',
    defence: 'A state without a digest is held against the events of its stream.',
    file: 'src/core/timeline/hold-against-chain.ts',
    find: 'if (canonicalJson(value) !== canonicalJson(told.get(name))) return name;',
    replace: '',
    test: snapshots,
    title: 'is held against its events where a checkpoint of ours seals its end',
  },
  {
    threat: 'F.1: another definition under a digest that was approved',
    defence: 'A playbook version is hashed when it is read.',
    file: 'src/store/playbook/playbook-versions.ts',
    find: 'if (digestJson(rows[0].definition) !== digest) {',
    replace: 'if (rows[0].definition === digest) {',
    test: snapshots,
    title: 'that was edited under its digest',
  },
  {
    threat: 'F.1: a run or approval that only the snapshot has',
    defence: 'An audit folds every stream and compares what is stored beside it.',
    file: 'src/engine/record/audit.ts',
    find: 'return problem === null ? null : bad({ streamId, seq: head.version, problem });',
    replace: 'return null;',
    test: 'test/integration/tamper.test.ts',
  },
  {
    threat: 'F.1: a step that an approval binds, started from a forged state',
    defence: 'Before such a step starts, its change is held against the whole chain.',
    file: 'src/engine/record/prove-change.ts',
    find: "if (held.outcome === 'bad' && !hasMoved) throw new RecordFaultError(held.place);",
    replace: '',
    test: 'test/unit/prove-change.test.ts',
  },
  {
    threat: 'F.10: a database that went back in time',
    defence: 'Nothing is changed while the witness is ahead of the database.',
    file: 'src/engine/pipeline.ts',
    find: "if (standing !== null) return refused('record_fault', standing);",
    replace: '',
    test: 'test/unit/restore.test.ts',
    title: 'is acted on by nobody',
  },
  {
    threat: 'F.10: a restore that was accepted for an older loss',
    defence: 'Acceptance elsewhere counts only for a checkpoint as new as ours.',
    file: 'src/engine/record/rollback-watch.ts',
    find: 'accepted && accepted.number >= remembered.number',
    replace: 'accepted',
    test: 'test/unit/restore.test.ts',
    title: 'and on no other',
  },
];
