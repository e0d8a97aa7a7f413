// What the engine and the edges need from the outside world, as types. No behaviour.
export type { FieldFault, Refusal } from './core/refusal.ts';
export type * from './ports/action.ts';
export type * from './ports/api.ts';
export type * from './ports/brakes.ts';
export type * from './ports/host.ts';
export type * from './ports/intake.ts';
export type * from './ports/ledger.ts';
export type * from './ports/operations.ts';
export type * from './ports/reads.ts';
export type * from './ports/record.ts';
export type * from './ports/slack-memory.ts';
export type * from './ports/source.ts';
export type * from './ports/work.ts';
