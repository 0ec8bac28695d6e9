// Builds the console into $OUT (default: dist): index.html, and under assets/ one script, one style sheet, the font, the icon and the licences of what is
// bundled. Names carry no hash: the server sends an ETag. Same sources and lock file, same bytes.
import { build } from 'esbuild';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const here = import.meta.dirname;
const out = process.env.OUT ?? join(here, 'dist');
const bundled = ['preact', '@preact/signals', '@preact/signals-core', '@fontsource-variable/inter'];

async function licences() {
    const texts = await Promise.all(bundled.map(async (name) => {
        const text = await readFile(join(here, 'node_modules', name, 'LICENSE'), 'utf8');
        return `${name}\n${'='.repeat(name.length)}\n\n${text.trim()}\n`;
    }));
    return texts.join('\n\n');
}

await rm(out, { recursive: true, force: true });
await mkdir(join(out, 'assets'), { recursive: true });
await build({
    absWorkingDir: here,
    entryPoints: { console: 'src/main.tsx' },
    outdir: join(out, 'assets'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    external: ['/assets/*'],
    legalComments: 'none',
    logLevel: 'warning',
});
await copyFile(join(here, 'node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'), join(out, 'assets/inter.woff2'));
await copyFile(join(here, 'src/icon.svg'), join(out, 'assets/icon.svg'));
await copyFile(join(here, 'src/index.html'), join(out, 'index.html'));
await writeFile(join(out, 'assets/licences.txt'), await licences());
