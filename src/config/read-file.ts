// The configuration file at its path, at the start and whenever it is read anew. Where none is named, one that is not there says nothing.
import { existsSync } from 'node:fs';
import { err, type Result } from '../core/result.ts';
import { readText } from '../platform/read-text.ts';
import { type ConfigFileContent, readConfigFile, type SecretsWanted } from './file.ts';

type Env = Parameters<typeof readConfigFile>[2];

/** Reads it; the error has a line for each fault. */
export function readFile(
  path: string | undefined,
  env: Env,
  secrets: SecretsWanted,
): Result<ConfigFileContent, readonly string[]> {
  const file = path ?? './firebreak.yaml';
  if (path === undefined && !existsSync(file)) return readConfigFile('{}', file, env, secrets);
  const text = readText(file);
  return text.ok ? readConfigFile(text.value, file, env, secrets) : err([`FIREBREAK_CONFIG: ${text.error}`]);
}
