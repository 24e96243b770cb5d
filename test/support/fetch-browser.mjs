// A Chromium for machines that have none: the one inside the npm package @sparticuz/chromium, with the system
// libraries it needs. 60 MB to fetch and no devDependency for that reason; kept in node_modules/.cache.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const version = '143.0.4';
const cache = fileURLToPath(new URL('../../node_modules/.cache/chromium/', import.meta.url));
const unpacked = join(cache, version);

export async function fetchBrowser() {
  if (process.platform !== 'linux') {
    throw new Error('No Chrome or Chromium found. Install one, or set CHROME_BIN to the path of one.');
  }
  if (!existsSync(unpacked)) await install();
  const libraries = [join(unpacked, 'al2023', 'lib'), unpacked, process.env.LD_LIBRARY_PATH];
  return {
    path: join(unpacked, 'chromium'),
    // It is built as a headless shell, without the helper programs that a sandbox and a zygote need.
    args: ['--headless=shell', '--no-sandbox', '--no-zygote'],
    env: {
      LD_LIBRARY_PATH: libraries.filter(Boolean).join(delimiter),
      // Its own font, where the system has none.
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(unpacked, 'fonts') }),
    },
  };
}

// The folder gets its final name when it is complete: a run that was interrupted leaves no incomplete folder there.
async function install() {
  console.log(`No Chrome or Chromium found: fetching @sparticuz/chromium ${version} (60 MB) once.`);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'new-'));
  try {
    await run('npm', ['install', '--prefix', folder, '--no-save', '--no-package-lock', '--no-audit', '--no-fund',
      `@sparticuz/chromium@${version}`]);
    const output = join(folder, 'out');
    await mkdir(output);
    await run(process.execPath, ['--input-type=module', '-e',
      'const { default: chromium } = await import("@sparticuz/chromium"); await chromium.executablePath()'],
    // The package unpacks into the temporary folder, and its system libraries only where it takes the machine
    // for its maker's target.
    { cwd: folder, env: { ...process.env, TMPDIR: output, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' } });
    const fonts = join(output, 'fonts/fonts.conf');
    await writeFile(fonts, (await readFile(fonts, 'utf8')).replaceAll('/tmp/', `${unpacked}/`));
    if (!existsSync(unpacked)) await rename(output, unpacked);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
