// Exactly what would run, all of it, for whoever decides; and whether there is room for that. Pure.
import type { KnownBlock } from '@slack/types';
import { type Approval, gateKey, type RunState } from '../../core/run/state.ts';
import { codeBlock, jsonText, oneLine, plain, section } from '../text.ts';
import { maxSummary } from './approval-words.ts';

/** Characters of one part of a call; a section takes 3000, escapes included. */
const maxPart = 2700;
/** What one form takes, in parts and bytes: Slack allows 100 blocks and 250 000 bytes. */
const mostParts = 60;
const mostBytes = 180_000;
/** Characters of a call that people can take in beside a button; a longer one is approved from a form that shows all of it. */
const maxBeside = 2700;

type PlannedCall = { readonly uses: string; readonly with: unknown };

const lengthOf = ({ with: input }: PlannedCall) => plain(jsonText(input), Number.POSITIVE_INFINITY).length;
const callsOf = (plan: Approval['plan']): readonly PlannedCall[] => (plan.undo ? [plan, plan.undo] : [plan]);

/** True if a plan is short enough to be decided by a button of a message. */
export const isShort = (plan: Approval['plan']): boolean => callsOf(plan).every((call) => lengthOf(call) <= maxBeside);

/** The call itself for a message, where its one line does not say all that there is to say: it was cut, or there is none. */
export const besideLine = (plan: Approval['plan']): KnownBlock[] =>
  plan.summary === undefined || plan.summary.endsWith('…') || plan.summary.length > maxSummary
    ? partsOf('Runs exactly this', plan)
    : [];

/** A call as it will be made, in as many parts as it needs. */
function partsOf(title: string, call: PlannedCall): KnownBlock[] {
  const text = jsonText(call.with);
  const [first = '', ...more] = pieces(text);
  const head = `*${title}*\n${oneLine(call.uses, 80)}\n`;
  return [section(`${head}${codeBlock(first, maxPart)}`), ...more.map((part) => section(codeBlock(part, maxPart)))];
}

/** Text in pieces that need no more room than a part has once they are escaped; broken at line ends where there are some. */
function pieces(text: string): readonly string[] {
  const found: string[] = [];
  let piece = '';
  let room = maxPart;
  const cost = (char: string) => (char === '&' ? 5 : char === '<' || char === '>' ? 4 : char.length);
  for (const line of text.split(/(?<=\n)/)) {
    const needed = [...line].reduce((sum, char) => sum + cost(char), 0);
    if (needed > room && piece !== '') {
      found.push(piece);
      [piece, room] = ['', maxPart];
    }
    for (const char of line) {
      if (cost(char) > room) {
        found.push(piece);
        [piece, room] = ['', maxPart];
      }
      piece += char;
      room -= cost(char);
    }
  }
  return piece === '' ? found : [...found, piece];
}

/** A plan in blocks; `isWhole` false: there is more of it than one form takes. */
export type ShownPlan = { readonly blocks: KnownBlock[]; readonly isWhole: boolean };

/** Exactly what would run, and how it is undone. */
export function shownPlan(run: RunState, plan: Approval['plan']): ShownPlan {
  const blocks =
    plan.step === gateKey
      ? [...why(run), ...partsOf('Would start', plan)]
      : [...partsOf('Runs exactly this', plan), ...undoParts(plan)];
  const bytes = (count: number) => new TextEncoder().encode(JSON.stringify(blocks.slice(0, count))).length;
  if (blocks.length <= mostParts && bytes(blocks.length) <= mostBytes) return { blocks, isWhole: true };
  const fits = blocks.findIndex((_, i) => i + 1 > mostParts || bytes(i + 1) > mostBytes);
  return { blocks: blocks.slice(0, fits), isWhole: false };
}

/** Why it is asked whether the run may begin. */
const why = ({ gate }: RunState): KnownBlock[] =>
  gate ? [section(`*Why this is asked*  ${oneLine(gate.reason, 500)}`)] : [];

function undoParts({ undo, reversible }: Approval['plan']): KnownBlock[] {
  if (undo) return partsOf('Undone by this', undo);
  const how = reversible
    ? '*Undo*  by its author’s word, without a compensation'
    : '*Undo*  *none: this cannot be undone by Firebreak*';
  return [section(how)];
}
