// The command `explain`: the six stages of an alert, short. Holds no rule.
import type { ExplainedStage } from '../../../core/alert/explained.ts';
import { code, oneLine, timed } from '../../text.ts';
import { type CommandCall, defineCommand, type InboundContext } from '../surface.ts';

/** Alerts of one incident that are explained at once; Slack cuts what is longer. */
const mostAlerts = 5;
const mostReasons = 12;

/** The command. */
export const explain = defineCommand({
  name: 'explain',
  usage: 'explain [FINGERPRINT]',
  about: 'what becomes of an alert, and why',
  group: 'Look',
  right: 'view',
  where: 'anywhere',
  async run(call, context) {
    const [fingerprint] = call.words;
    if (fingerprint !== undefined) return one(call, context, { fingerprint, reasons: true });
    if (call.incident === null) return `Say which alert: \`${context.command} explain FINGERPRINT\`.`;
    const known = Object.keys(call.incident.alerts);
    if (known.length === 0) return 'This incident has no alerts.';
    const shown = known.slice(0, mostAlerts);
    const texts = await Promise.all(
      shown.map((own) => one(call, context, { fingerprint: own, reasons: known.length === 1 })),
    );
    const more = known.length > shown.length ? [`${known.length - shown.length} more alert(s) are not shown.`] : [];
    const details = known.length > 1 ? [`Why: \`${context.command} explain FINGERPRINT\`.`] : [];
    return [...texts, ...more, ...details].join('\n\n');
  },
});

async function one(
  { caller }: CommandCall,
  { operations }: InboundContext,
  { fingerprint, reasons }: { readonly fingerprint: string; readonly reasons: boolean },
): Promise<string> {
  const explained = await operations.explainAlert({ principal: caller.principal, fingerprint });
  if (!explained.ok) return `${code(fingerprint)}: ${oneLine(explained.error.message, 300)}.`;
  const { alert, stages } = explained.value;
  const lines = stages.flatMap((stage) => stageLines(stage, reasons));
  return [`*${oneLine(alert.title, 150)}* ${code(alert.fingerprint)}`, ...lines].join('\n');
}

function stageLines({ stage, outcome, because }: ExplainedStage, reasons: boolean): readonly string[] {
  const shown = reasons ? because.slice(0, mostReasons) : [];
  const left = reasons && because.length > shown.length ? [`      … ${because.length - shown.length} more`] : [];
  return [
    `• *${stage}*: ${timed(oneLine(outcome, 200))}`,
    ...shown.map((text) => `      ${timed(oneLine(text.trim(), 300))}`),
    ...left,
  ];
}
