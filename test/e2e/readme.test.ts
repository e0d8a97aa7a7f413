// The README's first playbook, followed word for word in a fresh clone: saved, validated, planned, started, triggered, run.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { linkedClone } from '../support/cluster/linked-clone.ts';
import { root } from '../support/cluster/process.ts';
import { freePort } from '../support/global-setup.ts';

const { folder, remove } = linkedClone();
afterAll(remove);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const section = readme.slice(readme.indexOf('## A first playbook'), readme.indexOf('## For real'));
const blocks = (language: string) =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);
const run = promisify(execFile);

it('the first playbook of the README runs as the README says', async () => {
  const [playbook = ''] = blocks('yaml');
  const [path = ''] = /(?<=Save this as `)[^`]+/.exec(section) ?? [];
  const [first = '', second = ''] = blocks('sh');
  writeFileSync(join(folder, path), playbook);
  // Not the README's: the port, as another test may have that one, and npx, which builds a clone anew when it first comes there.
  const env = { PATH: process.env['PATH'] ?? '', PORT: String(await freePort()) };
  const script = (text: string) => ['-ec', text.replaceAll('npx firebreak', 'node dist/cli.js')];
  const shell = (text: string) => run('sh', script(text), { cwd: folder, env });

  expect(first).toMatch(/^npm start\n$/m);
  const prepared = await shell(first.replace(/^npm start\n/m, ''));
  expect(prepared.stdout).toMatch(/1 playbook\(s\) are valid/);
  expect(prepared.stdout).toMatch(/\.\/deploy\/examples\/cache.*clear.*web-1:9100/s);

  const start = first.replace(/^(npx|cp) .*\n/gm, '').replace('npm start', 'exec node dist/main.js');
  const server = spawn('sh', script(start), { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    let said = '';
    server.stderr.on('data', (chunk) => {
      said += chunk;
    });
    while (!said.includes('Firebreak is ready')) {
      if (server.exitCode !== null) throw new Error(`Firebreak ended: ${said}`);
      await Promise.race([once(server.stderr, 'data'), once(server, 'exit')]);
    }
    const sent = await shell(second);
    expect(sent.stdout).toMatch(/^accepted: /);
    const look = second.replace(/^npx firebreak alert .*\n/m, '');
    await expect.poll(async () => (await shell(look)).stdout, { timeout: 60_000 }).toMatch(/succeeded .*clear-cache/);
  } finally {
    if (server.exitCode === null) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
  }
}, 180_000);
