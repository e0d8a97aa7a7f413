// Posts alerts as fast as they are answered, over a fixed number of connections; for a time or up to a total.
import { Pool } from 'undici';

const { url, connections, name, forMs, total } = JSON.parse(process.argv[2]);
const pool = new Pool(url, { connections });
const started = performance.now();
let sent = 0;
let done = 0;
const more = () => (total === undefined ? performance.now() - started < forMs : sent < total);
await Promise.all(
  Array.from({ length: connections }, async () => {
    while (more()) {
      sent += 1;
      const n = `${name}-${process.pid}-${sent}`;
      const alert = {
        status: 'firing',
        labels: { alertname: name, severity: 'critical', n },
        annotations: { summary: 'a benchmark' },
        startsAt: '2026-03-01T00:00:00Z',
        fingerprint: n,
      };
      const answer = await pool.request({
        path: '/hooks/alertmanager',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer bench-token' },
        body: JSON.stringify({ version: '4', groupKey: n, alerts: [alert] }),
      });
      await answer.body.dump();
      if (answer.statusCode === 202) done += 1;
    }
  }),
);
const millis = performance.now() - started;
await pool.close();
process.send({ done, millis });
