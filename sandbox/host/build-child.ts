// Runs alone, as a child process of cache.ts: builds one thing into one folder, then ends.
import path from 'node:path';
import { remoteBuild } from '@hubspot/ui-extensions-dev-server/build';
import { build, type InlineConfig } from 'vite';
import type { Build } from './cache.ts';
import { registeredComponents } from './component-names.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as Build & { readonly outputDir: string };

const common: InlineConfig = {
  configFile: false,
  logLevel: 'error',
  esbuild: { jsx: 'automatic' },
  define: { 'process.env.NODE_ENV': '"production"' },
};

switch (order.kind) {
  case 'extension':
    // The production bundler of HubSpot; its README says that HubSpot's cloud calls this very function.
    await remoteBuild({
      root: order.root,
      entryPoint: order.entry,
      outputDir: order.outputDir,
      logLevel: 'error',
      appConfig: { variables: order.variables },
    });
    break;
  case 'page':
    await build({
      ...common,
      root: path.join(import.meta.dirname, 'page'),
      define: { ...common.define, __COMPONENT_NAMES__: JSON.stringify(await registeredComponents()) },
      build: { outDir: order.outputDir, emptyOutDir: true, chunkSizeWarningLimit: 4000 },
    });
    break;
  case 'worker':
    await build({
      ...common,
      root: path.join(import.meta.dirname, 'worker'),
      build: {
        outDir: order.outputDir,
        emptyOutDir: true,
        // A classic script: the extension's own bundle is loaded beside it by importScripts.
        lib: { entry: 'main.tsx', name: 'sandboxWorker', formats: ['iife'], fileName: () => 'worker.js' },
      },
    });
    break;
}
