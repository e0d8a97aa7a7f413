// Process entry of `npm start`: settings from the environment, one Firebreak, an orderly end.
import { serve } from './serve.ts';

process.exitCode = await serve({ role: 'all', pool: 'default' });
