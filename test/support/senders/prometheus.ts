// A real Prometheus whose rule fires on what it scrapes, and a real Alertmanager that tells Firebreak.
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { freePort } from '../global-setup.ts';
import { programOf, type Receiver, type Sender, senderFolder, startProgram } from './sender.ts';

export async function startPrometheus(receiver: Receiver): Promise<Sender> {
  const programs = {
    prometheus: programOf('prometheus', 'prometheus'),
    alertmanager: programOf('prometheus-alertmanager', 'prometheus-alertmanager'),
  };
  const { folder, write, isBroken, setBroken } = senderFolder('prometheus', receiver);
  const scraped = createServer((_request, response) => {
    response.end(`payments_up ${isBroken() ? 0 : 1}\n`);
  });
  const [scrapedPort, alertmanagerPort, port] = [await freePort(), await freePort(), await freePort()];
  scraped.listen(scrapedPort, '127.0.0.1');
  const alertmanagerSettings = write(
    'alertmanager.yml',
    `route: { receiver: firebreak, group_by: [alertname], group_wait: 100ms, group_interval: 1s, repeat_interval: 1h }
receivers:
  - name: firebreak
    webhook_configs:
      - url: ${receiver.url}/hooks/alertmanager
        send_resolved: true
        http_config: { authorization: { type: Bearer, credentials: ${receiver.token} } }
`,
  );
  const rules = write(
    'rules.yml',
    `groups:
  - name: payments
    rules:
      - alert: PaymentsDown
        expr: payments_up == 0
        labels: { severity: critical, service: payments }
        annotations: { summary: 'payments are down on {{ $labels.instance }}' }
`,
  );
  const settings = write(
    'prometheus.yml',
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [${rules}]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:${alertmanagerPort}'] }] }] }
scrape_configs: [{ job_name: payments, static_configs: [{ targets: ['127.0.0.1:${scrapedPort}'] }] }]
`,
  );
  const started = [
    startProgram(
      programs.alertmanager,
      [
        `--config.file=${alertmanagerSettings}`,
        `--storage.path=${folder}/alertmanager`,
        `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
        '--cluster.listen-address=',
      ],
      { folder },
    ),
    startProgram(
      programs.prometheus,
      [
        `--config.file=${settings}`,
        `--storage.tsdb.path=${folder}/prometheus`,
        `--web.listen-address=127.0.0.1:${port}`,
        // A resend that is not there makes Alertmanager think an alert is over.
        '--rules.alert.resend-delay=5s',
      ],
      { folder },
    ),
  ];
  return {
    source: 'alertmanager',
    setBroken,
    said: () => started[0]?.said() ?? '',
    async stop() {
      for (const { stop } of started) await stop();
      scraped.closeAllConnections();
      scraped.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
