import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { Counts } from './test/counts.ts'

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// Chosen here, not in the workers, so that all files of a run share one seed.
process.env['FAST_CHECK_SEED'] ??= String(Math.floor(Math.random() * 2 ** 31))

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      { find: /^coxswain$/, replacement: source('./src/index.ts') },
      { find: /^coxswain\/steer$/, replacement: source('./src/steer/index.ts') },
      { find: /^coxswain\/reactor$/, replacement: source('./src/services/index.ts') },
      { find: /^coxswain\/kernel-v1$/, replacement: source('./src/kernel/index.ts') },
      { find: /^coxswain\/testing$/, replacement: source('./src/testing/index.ts') },
      { find: /^coxswain\/codegen$/, replacement: source('./codegen/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/fixtures/**', 'node_modules/**', 'dist/**'],
    setupFiles: ['./test/properties.ts'],
    reporters: ['default', new Counts()],
    // Nothing here waits for the clock, so a test that takes this long hangs.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['src/**/*.ts', 'codegen/**/*.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: { branches: 90 },
    },
  },
})

export default config
