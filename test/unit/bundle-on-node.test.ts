// Good and broken bundles, with what Node gives the core: what `firebreak audit verify --file` says.
import { describe } from 'vitest';
import { checkBundles } from '../support/given/bundle-checks.ts';

describe('on Node', checkBundles);
