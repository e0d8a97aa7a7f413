// The secret providers. One more is one file and one line here; registry.ts collects them.
export { env } from './env.ts';
export { file } from './file.ts';
