// Playbooks in folders as they really are: links, folders within folders, files that cannot be read. Nothing is passed over in silence.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPlaybooks } from '../../src/store/playbook/playbook-files.ts';
import { filesUnder, isTestName } from '../../src/store/playbook/playbook-paths.ts';
import { actions } from '../support/given/given.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'firebreak-files-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const text = (name: string) =>
  `apiVersion: firebreak/v1\nname: ${name}\nversion: 1.0.0\nowner: { product: a, technical: b, escalation: "@c" }\nsteps: [{ id: a, uses: wait, with: { for: 1s } }]\n`;

function write(path: string, content: string | Buffer): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
}

const load = (...paths: string[]) => {
  const { playbooks, faults } = loadPlaybooks(
    paths.length > 0 ? paths.map((path) => join(root, path)) : [root],
    actions,
  );
  return {
    names: playbooks.map(({ playbook }) => playbook.name),
    faults: faults.map(({ file, message }) => `${file.split('/').at(-1)}: ${message}`),
  };
};

describe('a folder of playbooks', () => {
  it('is read with its folders, links to folders and links to files, each file once', () => {
    write('real/sre/one.yaml', text('one'));
    write('real/two.yml', text('two'));
    write('other/THREE.YAML', text('three'));
    mkdirSync(join(root, 'pb'));
    symlinkSync('../real', join(root, 'pb/linked'));
    symlinkSync('../other/THREE.YAML', join(root, 'pb/three.yaml'));
    symlinkSync('../other', join(root, 'pb/again'));
    expect(load('pb')).toEqual({ names: ['three', 'one', 'two'], faults: [] });
    symlinkSync('pb', join(root, 'all'));
    expect(load('all').names).toEqual(['three', 'one', 'two']);
  });

  it('of a ConfigMap mount holds each playbook once', () => {
    write('cm/..2026_11_26/x.yaml', text('x'));
    symlinkSync('..2026_11_26', join(root, 'cm/..data'));
    symlinkSync('..data/x.yaml', join(root, 'cm/x.yaml'));
    expect(load('cm')).toEqual({ names: ['x'], faults: [] });
  });

  it('that leads back to itself is read to its end', () => {
    write('pb/x.yaml', text('x'));
    symlinkSync('.', join(root, 'pb/self'));
    symlinkSync('..', join(root, 'pb/up'));
    expect(load('pb')).toEqual({ names: ['x'], faults: [] });
  });

  it('leaves out tests, hidden files and what editors keep beside a file', () => {
    for (const name of ['x.test.yaml', '.x.yaml', 'x.yaml~', '#x.yaml#', '.x.yaml.swp', 'x.yaml.bak', 'README.md'])
      write(`pb/${name}`, text('y'));
    write('pb/node_modules/a/x.yaml', text('z'));
    expect(load('pb')).toEqual({ names: [], faults: [] });
  });

  it('tells of links that lead nowhere, of what is no file, and of what may not be read', () => {
    write('pb/x.yaml', text('x'));
    symlinkSync('gone.yaml', join(root, 'pb/broken.yaml'));
    symlinkSync('gone', join(root, 'pb/folder'));
    symlinkSync('round.yaml', join(root, 'pb/round.yaml'));
    execFileSync('mkfifo', [join(root, 'pb/pipe.yaml')]);
    const { names, faults } = load('pb');
    expect(names).toEqual(['x']);
    expect(faults.sort()).toEqual([
      'broken.yaml: is a link to gone.yaml, which is not there',
      'folder: is a link to gone, which is not there',
      'pipe.yaml: is neither a file nor a folder',
      'round.yaml: is a link that leads back to itself',
    ]);
  });

  it('tells of a file whose content cannot be read', () => {
    mkdirSync(join(root, 'pb'));
    symlinkSync('/proc/self/mem', join(root, 'pb/mem.yaml'));
    expect(load('pb')).toMatchObject({
      names: [],
      faults: [expect.stringMatching(/^mem\.yaml: (cannot be read|.*not there)/)],
    });
  });

  it('tells of files in another encoding, and of files that are too large', () => {
    write('pb/wide.yaml', Buffer.from(`\ufeff${text('x')}`, 'utf16le'));
    write('pb/large.yaml', Buffer.alloc(5 * 1024 * 1024, 'x'));
    expect(load('pb').faults).toEqual([
      expect.stringMatching(/^large\.yaml: .*larger than 4 MiB/),
      expect.stringMatching(/^wide\.yaml: .*UTF-16/),
    ]);
  });

  it('tells of a path that is not there, of one name for two, and of a test that is named', () => {
    write('pb/a.yaml', text('same'));
    write('pb/b.yaml', text('same'));
    write('pb/x.test.yaml', 'cases: []');
    expect(load('nope').faults).toEqual(['nope: is not there']);
    expect(load('pb').faults).toEqual([expect.stringMatching(/^b\.yaml: the name `same` is used/)]);
    expect(load('pb/x.test.yaml').faults).toEqual([expect.stringMatching(/is a test/)]);
    expect(load('pb', 'pb/a.yaml').faults).toHaveLength(1);
  });

  it('holds its tests behind links too', () => {
    write('real/x.test.yaml', 'cases: []');
    symlinkSync('real', join(root, 'pb'));
    expect(filesUnder(join(root, 'pb'), isTestName).files).toHaveLength(1);
  });
});
