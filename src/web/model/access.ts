// A question about rights as the form asks it, and its answer in words. Pure.
import type { ApiAccess, ApiAccessCheck } from '../../contract/access.ts';
import type { Sent } from '../../contract/route.ts';
import type { Routes } from '../../contract/routes.ts';

/** A right that can be asked about. */
export type AskedRight = ApiAccessCheck['right'];
/** What is asked of the API. */
export type AskedAccess = NonNullable<Sent<Routes['GET /access/check']>['query']>;

/** What each right allows, in the words of the command line. */
export const rightMeanings: { readonly [R in AskedRight]: string } = {
  view: 'read incidents, runs and evidence',
  respond: 'declare, acknowledge, note, resolve and close incidents',
  start: 'start playbooks',
  order: 'retry, undo, cancel, pause and resume runs',
  operate: 'halt and release playbooks',
  design: 'change what playbooks are in force, and how far they are trusted',
  administer: 'make and revoke tokens, end sessions',
  bypass: 'break the glass',
  approve: 'decide an approval',
};

/** All of them, in the order in which they are offered. */
export const askedRights = Object.keys(rightMeanings) as AskedRight[];

/** What was typed. An empty text: it was not said. */
export type AccessForm = {
  readonly user: string;
  readonly right: AskedRight;
  readonly playbook: string;
  readonly service: string;
  readonly environment: string;
  readonly approval: string;
};

/** Before anything is typed. */
export const emptyForm: AccessForm = {
  user: '',
  right: 'start',
  playbook: '',
  service: '',
  environment: '',
  approval: '',
};

const said = (text: string): string | undefined => text.trim() || undefined;

/** What the form asks; a text says what is missing of it. */
export function questionOf({
  user,
  right,
  playbook,
  service,
  environment,
  approval,
}: AccessForm): AskedAccess | string {
  if (right === 'approve')
    return said(approval) === undefined
      ? 'Choose the request: each one says by itself who may decide it.'
      : { user: said(user), right, approval: said(approval) };
  return {
    user: said(user),
    right,
    playbook: said(playbook),
    service: said(service),
    environment: said(environment),
  };
}

/** `ana may start playbooks`. */
export function answerWords({ actor, right, allowed }: Pick<ApiAccessCheck, 'actor' | 'right' | 'allowed'>): string {
  const who = actor.person ?? actor.name ?? actor.id;
  const what = right === 'approve' ? 'approve this request' : rightMeanings[right];
  return `${who} ${allowed ? 'may' : 'may not'} ${what}`;
}

/** Who approves the steps of a run that he or she started. */
export const selfApprovalWords: { readonly [S in ApiAccess['selfApproval']]: string } = {
  never: 'nobody approves steps of a run that he or she started',
  byRule: 'whoever started a run approves its steps where the rule of the approval allows it',
};

type MatrixRow = ApiAccess['escalation'][number];

/** When a row of the escalation matrix counts: `SEV1, SEV2, open`. */
export function rowWords({ severity, stage }: Pick<MatrixRow, 'severity' | 'stage'>): string {
  const parts = [...(severity ?? []).map((one) => `SEV${one}`), ...(stage ?? [])];
  return parts.length === 0 ? 'Always' : parts.join(', ');
}

/** Who is named in it, by column; a column that names nobody is left out. */
export const raciWords = ({
  responsible,
  accountable,
  consulted,
  informed,
}: Pick<MatrixRow, 'responsible' | 'accountable' | 'consulted' | 'informed'>): readonly (readonly [string, string])[] =>
  Object.entries({
    Responsible: responsible,
    Accountable: accountable,
    Consulted: consulted,
    Informed: informed,
  }).flatMap(([column, names]) => (names.length === 0 ? [] : [[column, names.join(', ')] as const]));
