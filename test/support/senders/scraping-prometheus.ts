// A real Prometheus that scrapes Firebreaks every second, with the rules of deploy/prometheus, and is asked over its HTTP API.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../global-setup.ts';
import { ruleFile } from '../source/rules.ts';
import { startProgram } from './sender.ts';

/** What is scraped. `token`: what it wants to be shown; null: nothing. */
type Scraped = { readonly url: string; readonly token: string | null };

const Answer = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }),
    ),
  }),
});
const Rules = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            type: z.string(),
            name: z.string(),
            health: z.string(),
            lastError: z.string().optional(),
            state: z.string().optional(),
            alerts: z.array(z.object({ labels: z.record(z.string(), z.string()) })).default([]),
          }),
        ),
      }),
    ),
  }),
});

/** Starts one that keeps nothing beyond its end. */
export async function startScraping(scraped: readonly Scraped[]) {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-scraping-'));
  const configs = scraped.map(({ url, token }, n) => ({
    job_name: `scrape-${n}`,
    ...(token === null ? {} : { authorization: { credentials: token } }),
    static_configs: [{ targets: [new URL(url).host], labels: { job: 'firebreak' } }],
  }));
  const settings = join(folder, 'prometheus.yml');
  writeFileSync(
    settings,
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [ruleFile('firebreak.rules.yaml')],
      scrape_configs: configs,
    }),
  );
  const port = await freePort();
  const program = startProgram(
    'prometheus',
    [
      `--config.file=${settings}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    { folder },
  );
  const ask = async (path: string, parameters: { readonly [name: string]: string } = {}): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}?${new URLSearchParams(parameters)}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} ${JSON.stringify(parameters)}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
  return {
    said: program.said,
    /** Whether it answers. */
    isReady: () =>
      fetch(`http://127.0.0.1:${port}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    /** Every number that a query had since an instant, second by second; what is no finite number is left out. */
    async numbers(query: string, fromMs: number): Promise<readonly number[]> {
      const [start, end] = [fromMs / 1000, Date.now() / 1000].map(String);
      const answer = Answer.parse(
        await ask('/api/v1/query_range', { query, start: start ?? '', end: end ?? '', step: '1' }),
      );
      return answer.data.result
        .flatMap(({ values }) => values.map(([, value]) => Number(value)))
        .filter(Number.isFinite);
    },
    /** Runs that buckets name as examples. */
    async exemplars(query: string, fromMs: number): Promise<string> {
      return JSON.stringify(
        await ask('/api/v1/query_exemplars', { query, start: String(fromMs / 1000), end: String(Date.now() / 1000) }),
      );
    },
    /** Rules: what is wrong with them, and which alerts are active, pending or firing, with severity and what they are about. */
    async rules() {
      const all = Rules.parse(await ask('/api/v1/rules')).data.groups.flatMap((group) => group.rules);
      return {
        wrong: all.filter(({ health }) => health === 'err').map(({ name, lastError }) => `${name}: ${lastError}`),
        active: [
          ...new Set(
            all.flatMap(({ name, alerts }) =>
              alerts.map(({ labels }) =>
                [name, labels['severity'], labels['playbook'] ?? labels['source'] ?? labels['kind'] ?? labels['action']]
                  .filter(Boolean)
                  .join(' '),
              ),
            ),
          ),
        ].sort(),
      };
    },
    async stop() {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
