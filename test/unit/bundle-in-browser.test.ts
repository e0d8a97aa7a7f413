// The same bundles, with what the browser gives the core in Node's place: what the page says.
import { describe, vi } from 'vitest';
import { checkBundles } from '../support/given/bundle-checks.ts';

vi.mock('../../src/core/primitives.ts', () => import('../../src/web/verify/worker/primitives.ts'));

describe('in a browser', checkBundles);
