// Runs alone, as a child process of bundles.ts.
import { remoteBuild } from '@hubspot/ui-extensions-dev-server/build';

const order = JSON.parse(process.argv[2] ?? '{}') as { root: string; entryPoint: string; outputDir: string };
await remoteBuild({ ...order, logLevel: 'error' });
