// Defences of enrichment, heartbeats and limits of integrations.
import type { Defence } from './defence.ts';

const enrichment = 'test/unit/enrichment.test.ts';
const heartbeats = 'test/unit/heartbeats.test.ts';

/** They need no database and no process. */
export const defences: readonly Defence[] = [
  {
    threat: 'a look-up that hangs holds up intake',
    defence: 'To wait for a turn counts towards the time limit of a look-up.',
    file: 'src/actions/enrichment/look-up.ts',
    find: "      signal.addEventListener('abort', leave, { once: true });\n",
    replace: '',
    test: enrichment,
    title: 'waits no longer than its time limit',
  },
  {
    threat: 'a look-up is sent elsewhere by a redirect',
    defence: 'A redirect is an answer, and none is followed.',
    file: 'src/actions/enrichment/look-up.ts',
    find: 'body: undefined, expectStatus: redirects }',
    replace: 'body: undefined, expectStatus: [] }',
    test: enrichment,
    title: 'follows no redirect',
  },
  {
    threat: 'a key out of an alert becomes another path',
    defence: 'A key is encoded and one part of a path.',
    file: 'src/actions/enrichment/look-up-setting.ts',
    find: 'url.replaceAll(placeholder, encodeURIComponent(key))',
    replace: 'url.replaceAll(placeholder, key)',
    test: enrichment,
    title: 'asks once for what it remembers',
  },
  {
    threat: 'a target that fails is asked for ever',
    defence: 'After five failures a look-up rests.',
    file: 'src/actions/enrichment/look-up.ts',
    find: 'if (failures >= maxFailures) openUntilMs = runtime.monotonicMs() + openMs;',
    replace: '',
    test: enrichment,
    title: 'rests after five failures',
  },
  {
    threat: 'memory grows with the keys of alerts',
    defence: 'The cache of answers is bounded.',
    file: 'src/actions/enrichment/answer-cache.ts',
    find: 'if (entries.size <= maxEntries && held <= maxSize) break;',
    replace: 'break;',
    test: enrichment,
    title: 'The cache of answers is bounded',
  },
  {
    threat: 'an answer that PostgreSQL cannot store stops an alert',
    defence: 'What is added is cleaned as what comes in is.',
    file: 'src/core/alert/enrich.ts',
    find: 'cleanText(String(value)).trim()',
    replace: 'String(value).trim()',
    test: enrichment,
    title: 'asks once for what it remembers',
  },
  {
    threat: 'an absence of ours raises false alarms',
    defence: 'A heartbeat has all its time once more after nobody listened.',
    file: 'src/core/alert/heartbeat.ts',
    find: 'const since = heardAt !== null && heardAt > watchedSince ? heardAt : watchedSince;',
    replace: 'const since = heardAt ?? watchedSince;',
    test: heartbeats,
    title: 'has all its time once more',
  },
  {
    threat: 'two processes raise the same alert twice',
    defence: 'What is told about a heartbeat is one delivery, whoever tells it.',
    file: 'src/engine/alerts/heartbeats.ts',
    find: "dedupe: { kind: 'sender', value: `${heartbeatFingerprint(rule.name)}/${status}/${since}` },",
    replace:
      "dedupe: { kind: 'sender', value: `${heartbeatFingerprint(rule.name)}/${status}/${since}/${Math.random()}` },",
    test: heartbeats,
    title: 'fires once, however many look',
  },
  {
    threat: 'a Watchdog opens an incident',
    defence: 'An alert that counts as a heartbeat opens nothing by itself.',
    file: 'src/engine/alerts/intake.ts',
    find: 'parts.heartbeats.withoutHeartbeats(await newsOf(parts, delivery))',
    replace: 'await newsOf(parts, delivery)',
    test: heartbeats,
    title: 'which opens no incident by itself',
  },
  {
    threat: 'a stranger uses up the limit of a sender',
    defence: 'Only what proved itself counts towards a limit.',
    file: 'src/http/ingest/ingest.ts',
    find: "      if (!proof.ok) return err({ outcome: 'unauthorized', detail: proof.error });\n      // A question",
    replace:
      "      if (!proof.ok) {\n        overLimit(limits, integration);\n        return err({ outcome: 'unauthorized', detail: proof.error });\n      }\n      // A question",
    test: 'test/unit/hooks.test.ts',
    title: 'is used up by nobody but its sender',
  },
  {
    threat: 'one sender floods the ledger',
    defence: 'Beyond its limit an integration is told to come again, before anything is stored.',
    file: 'src/http/admission/sender-rates.ts',
    find: 'if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perMs);',
    replace: '',
    test: 'test/unit/hooks.test.ts',
    title: 'lets as many come as it says',
  },
];
