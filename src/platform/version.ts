// Which version of the program this is, as package.json says. Reads that file once.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { programRoot } from './program-root.ts';

const Package = z.object({ version: z.string() });

/** Such as `0.1.0`. */
export const programVersion: string = Package.parse(
  JSON.parse(readFileSync(new URL('package.json', programRoot), 'utf8')),
).version;
