// What is shipped beside the program: containers, service, licence and scripts have the properties that operators rely on.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };

const Service = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  user: z.string().optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  cap_add: z.undefined().optional(),
  privileged: z.undefined().optional(),
  security_opt: z.array(z.string()),
  tmpfs: z.array(z.string()).min(1),
  mem_limit: z.string(),
  cpus: z.number(),
  pids_limit: z.number(),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  secrets: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
});

const text = (path: string) => readFileSync(path, 'utf8');
/** `<<` is of YAML 1.1; docker compose reads it. */
const compose = Compose.parse(parse(text('docker-compose.yml'), { merge: true }));
const services = Object.entries(compose.services);
const exactTag = /^[\w./-]+:\d+\.\d+(\.\d+)?-[\w-]+(@sha256:[0-9a-f]{64})?$/;

describe('docker-compose.yml', () => {
  it.each(services)(
    'closes %s: no new rights, limits, nothing of it may be written but what is named',
    (_, service) => {
      expect(service.security_opt).toContain('no-new-privileges:true');
      expect(service.mem_limit).toMatch(/^\d+[mg]$/);
      expect(service.pids_limit).toBeLessThanOrEqual(512);
    },
  );

  it('has every image that is not built here by its exact tag', () => {
    const images = services.flatMap(([, { image, build }]) => (build === undefined ? [image ?? ''] : []));
    expect(images.length).toBeGreaterThan(1);
    for (const image of images) expect(image).toMatch(exactTag);
  });

  it('gives secrets as files only: no value stands in it or comes from .env', () => {
    const secret = /PASSWORD|TOKEN|SECRET|DATABASE_URL|REDIS_URL|ADMIN_URL/;
    for (const [, { environment }] of services)
      for (const [name, value] of Object.entries(environment))
        if (secret.test(name)) expect(`${name}=${value}`).toMatch(/_FILE=(\/run\/secrets\/\w+|\$\{\w+_FILE:-\})$/);
    for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`./secrets/${name}`);
    expect(text('.gitignore')).toContain('/secrets/');
    expect(text('.dockerignore')).toContain('secrets');
    expect(text('docker-compose.yml')).not.toMatch(/:\/\/[^/\s]*:[^/\s]*@/);
  });

  it('writes every secret that it names', () => {
    const script = text('deploy/compose/make-secrets');
    for (const name of Object.keys(compose.secrets)) expect(script).toMatch(new RegExp(`\\b${name}\\b`));
    for (const [, service] of services)
      for (const name of service.secrets) expect(Object.keys(compose.secrets)).toContain(name);
  });

  it('shows the address of the owner to the migration alone', () => {
    const users = services.filter(([, { secrets }]) => secrets.includes('database_admin_url')).map(([name]) => name);
    expect(users).toEqual(['migrate']);
    expect(compose.services['migrate']?.command).toEqual(['node', 'dist/cli.js', 'migrate']);
  });

  it('lets nobody without a password to Redis, and puts none on a command line', () => {
    const command = compose.services['redis']?.command.join(' ') ?? '';
    expect(command).toMatch(/requirepass.*\/run\/secrets\/redis_password.*> \/tmp\/redis.conf/);
    expect(command).not.toContain('--requirepass');
    expect(command).toContain('noeviction');
  });

  it('opens one port, to this machine, and no way out for database and queue', () => {
    expect(services.flatMap(([, { ports }]) => ports)).toEqual(['127.0.0.1:3000:3000']);
    for (const name of ['postgres', 'redis']) expect(compose.services[name]?.networks).toEqual(['inside']);
    expect(compose.networks['inside']?.internal).toBe(true);
  });

  it('runs nothing as root', () => {
    for (const name of ['postgres', 'redis']) expect(compose.services[name]?.user).toMatch(/^(postgres|redis)$/);
    expect(text('Dockerfile')).toMatch(/^USER node$/m);
  });
});

describe('deploy/compose/monitoring.yaml', () => {
  const beside = Compose.omit({ secrets: true, networks: true }).parse(parse(text('deploy/compose/monitoring.yaml')));

  it('adds services that are closed as the others are, listen to this machine alone, and have files that are there', () => {
    for (const [name, { image, ports, networks, secrets, volumes, security_opt: options }] of Object.entries(
      beside.services,
    )) {
      expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+\.\d+$/);
      expect(options).toContain('no-new-privileges:true');
      expect({ name, networks }).toEqual({ name, networks: ['outside'] });
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const secret of secrets) expect(Object.keys(compose.secrets)).toContain(secret);
      for (const [source = ''] of volumes.map((volume) => volume.split(':')))
        if (source.startsWith('./')) expect({ source, isThere: existsSync(source) }).toEqual({ source, isThere: true });
    }
  });
});

describe('the roles of the database', () => {
  it('are an owner and an application, neither of which is a superuser', () => {
    const script = text('deploy/compose/postgres/10-roles.sh');
    const made = script.match(/^CREATE ROLE .*$/gm) ?? [];
    expect(made).toHaveLength(2);
    for (const role of made) expect(role).toMatch(/NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS/);
    expect(script).not.toMatch(/PASSWORD '/);
  });
});

describe('Dockerfile', () => {
  it('starts from images of exact tags', () => {
    const from = [...text('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(from.length).toBe(2);
    for (const image of from) expect(image).toMatch(exactTag);
  });
});

describe('deploy/firebreak.service', () => {
  const unit = text('deploy/firebreak.service');

  it.each([
    'NoNewPrivileges=true',
    'ProtectSystem=strict',
    'ProtectHome=true',
    'PrivateTmp=true',
    'PrivateDevices=true',
    'ProtectKernelModules=true',
    'ProtectControlGroups=true',
    'RestrictSUIDSGID=true',
    'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
    'SystemCallFilter=@system-service',
    'CapabilityBoundingSet=',
    'User=firebreak',
    'UMask=0077',
    'TasksMax=512',
  ])('says %s', (line) => {
    expect(unit.split('\n')).toContain(line);
  });

  it('keeps the memory that the compiler needs executable, and no secret in the open', () => {
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m);
    expect(unit).not.toMatch(/^Environment=\w*(TOKEN|SECRET|PASSWORD|_URL)=/m);
  });
});

describe('the package', () => {
  it('brings the licence that it names, in full', () => {
    expect(packageJson.license).toBe('Apache-2.0');
    const licence = text('LICENSE');
    expect(licence).toContain('Apache License');
    expect(licence).toContain('END OF TERMS AND CONDITIONS');
  });

  it('has a list of what it is made of at hand, from npm itself', () => {
    expect(packageJson.scripts.sbom).toMatch(/npm sbom --sbom-format cyclonedx/);
  });

  it.each(['scripts/pin-images', 'deploy/compose/make-secrets', 'deploy/compose/postgres/10-roles.sh'])(
    'has %s as a program',
    (path) => {
      expect(existsSync(path) && (statSync(path).mode & 0o111) !== 0).toBe(true);
    },
  );
});
