// Defences of the cards, the messages of runs and the forms (findings D.3 to D.9).
import type { Defence } from './defence.ts';

const card = 'test/unit/slack-incident-card.test.ts';
const pressed = 'test/unit/slack-card-buttons.test.ts';
const orders = 'test/unit/slack-run-orders.test.ts';
const places = 'test/unit/slack-form-places.test.ts';
const marks = 'test/unit/slack-channel-marks.test.ts';

/** They need no database. */
export const defences: readonly Defence[] = [
  {
    threat: 'D.3 a description brings mentions and formats to life',
    defence: 'The description of an alert is plain text of Slack, in which nothing is a mention, a link or a format.',
    file: 'src/slack/text.ts',
    find: "  return { type: 'section', text: { type: 'plain_text', text: shown === '' ? '…' : shown, emoji: false } };",
    replace: "  return section(shown === '' ? '…' : shown);",
    test: card,
    title: 'brings no mention, link, format or direction to life',
  },
  {
    threat: 'D.3 a link that seems to lead to a trusted host leads elsewhere',
    defence: 'An address with a name before its host gets no button.',
    file: 'src/slack/views/alert-parts.ts',
    find: "url.username !== '' || ",
    replace: '',
    test: card,
    title: 'leads elsewhere than it seems to',
  },
  {
    threat: 'D.3 a link of another kind than a web page',
    defence: 'Only http and https get a button.',
    file: 'src/slack/views/alert-parts.ts',
    find: 'if (!isWeb || ',
    replace: 'if (',
    test: card,
    title: 'leads elsewhere than it seems to',
  },
  {
    threat: 'D.8 tampered click',
    defence: 'Only what has the form of a Slack user takes the lead.',
    file: 'src/slack/inbound/take-lead.ts',
    find: '  if (!isUserId(user)) return',
    replace: '  if (user === undefined) return',
    test: pressed,
    title: 'with a value that is not of ours changes nothing',
  },
  {
    threat: 'D.8 an old card takes the lead from somebody',
    defence: 'Whoever leads already keeps the lead, whatever an old card offers.',
    file: 'src/slack/inbound/buttons/incident-lead.ts',
    find: '    if (lead !== null && (',
    replace: '    if (lead === undefined && (',
    test: pressed,
    title: 'of an old card takes the lead from nobody',
  },
  {
    threat: 'D.8 buttons that refuse',
    defence: 'An order is offered only if the very rules that would refuse it take it.',
    file: 'src/core/run/standing.ts',
    find: '    if (decideOrder(draft, { type: order, step }, systemActor) !== null) return [];',
    replace: '    decideOrder(draft, { type: order, step }, systemActor);',
    test: 'test/unit/run-standing.test.ts',
    title: 'are those that the rules would take',
  },
  {
    threat: 'D.8 a failure as planned leads a run that succeeded',
    defence: 'A failure that the playbook passes over is no failure of the run.',
    file: 'src/slack/views/step-names.ts',
    find: "findStep(playbook, key)?.onFailure === 'continue'",
    replace: "findStep(playbook, key)?.onFailure === 'stop'",
    test: orders,
    title: 'that may fail as planned never lead a run with a failure',
  },
  {
    threat: 'D.9 a slow database loses a trigger',
    defence: 'An empty form is opened while what it says is looked up.',
    file: 'src/slack/inbound/form-places.ts',
    find: 'if (!isQuick && !used.has(triggerId))',
    replace: 'if (isQuick && !used.has(triggerId))',
    test: places,
    title: 'is opened at once as an empty one',
  },
  {
    threat: 'D.9 a form overwrites what is newer',
    defence: 'A form is filled only as it was opened.',
    file: 'src/slack/inbound/form-places.ts',
    find: "...(hash === '' ? {} : { hash })",
    replace: '',
    test: places,
    title: 'is opened at once as an empty one',
  },
  {
    threat: 'D.3 a crash doubles bookmarks',
    defence: 'A bookmark that the channel has is not added again.',
    file: 'src/slack/outbound/channel.ts',
    find: 'if (!there.has(link)) await',
    replace: 'if (there.size >= 0) await',
    test: marks,
    title: 'has nothing twice after a crash',
  },
  {
    threat: 'D.3 a scope that is missing stops the telling',
    defence: 'A channel does without a pin and bookmarks that Slack does not take.',
    file: 'src/slack/outbound/channel.ts',
    find: '    if (isPassing(kind)) throw error;\n    log.warn({ error: message, channelId }, what);',
    replace: '    throw error;',
    test: marks,
    title: 'is told all the same where Slack takes no pins',
  },
];
