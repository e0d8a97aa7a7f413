// Writes deploy/grafana/dashboards from the typed builders in scripts/dashboards. A test holds that they are up to date.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const { module } = await runnerImport(path('dashboards/files.ts'), { logLevel: 'error' });
mkdirSync(path('../deploy/grafana/dashboards'), { recursive: true });
for (const [name, text] of module.files) writeFileSync(path(`../deploy/grafana/dashboards/${name}`), text);
