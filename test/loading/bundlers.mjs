// How an app folder with a main.js is bundled to bundle.js, by each of the four bundlers, with few settings: what
// a user's first attempt looks like.
import { join } from 'node:path';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';

export const bundlers = {
  async Rollup(app) {
    const bundle = await rollup({ input: join(app, 'main.js'), plugins: [nodeResolve({ browser: true }), commonjs()] });
    await bundle.write({ file: join(app, 'bundle.js'), format: 'iife', name: 'app' });
    await bundle.close();
  },

  async esbuild(app) {
    await esbuild({ entryPoints: [join(app, 'main.js')], bundle: true, outfile: join(app, 'bundle.js'), logLevel: 'silent' });
  },

  async webpack(app) {
    const stats = await new Promise((resolve, reject) => {
      webpack({
        mode: 'production', context: app, entry: './main.js', output: { path: app, filename: 'bundle.js' },
        performance: false, optimization: { minimize: false },
      }, (error, result) => error ? reject(error) : resolve(result));
    });
    if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  },

  async Vite(app) {
    await vite({
      root: app, configFile: false, logLevel: 'silent',
      build: { outDir: app, emptyOutDir: false, lib: { entry: 'main.js', formats: ['iife'], name: 'app', fileName: () => 'bundle.js' } },
      define: { 'process.env.NODE_ENV': '"production"' },
    });
  },
};
