// Turns the built console into one C file: node scripts/assets.mjs DIST OUTPUT.c
//
// Each file becomes a string literal of octal escapes, as it is and gzipped, with an ETag of its content: what src/web/assets.h declares. Literals, not
// numbers, since a compiler reads them a hundred times faster; not .incbin, since that writes paths into the assembler's input and needs it to be told when a
// file changed. Same files, same output.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const types = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain; charset=utf-8',
    '.woff2': 'font/woff2',
};
const lineBytes = 64;
const worthwhile = 0.95; // a font is compressed already

function literal(bytes) {
    const lines = [];
    for (let at = 0; at < bytes.length; at += lineBytes) {
        const octal = Array.from(bytes.subarray(at, at + lineBytes), (byte) => '\\' + byte.toString(8).padStart(3, '0'));
        lines.push(`    "${octal.join('')}"`);
    }
    return lines.join('\n');
}

function typeOf(path) {
    const type = types[extname(path)];
    if (!type) throw new Error(`${path}: no media type is known for it`);
    return type;
}

const [dist, output] = process.argv.slice(2);
const paths = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(dist, '/').length - 1))
    .sort();

const arrays = [];
const rows = [];
for (const [index, path] of paths.entries()) {
    const bytes = readFileSync(join(dist, path));
    const gzip = gzipSync(bytes, { level: 9 });
    const smaller = gzip.length < bytes.length * worthwhile;
    const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    arrays.push(`static const unsigned char plain_${index}[] =\n${literal(bytes)};`);
    if (smaller) arrays.push(`static const unsigned char gzip_${index}[] =\n${literal(gzip)};`);
    const packed = smaller ? `gzip_${index}, ${gzip.length}` : 'NULL, 0';
    rows.push(`    { "${path}", "${typeOf(path)}", "\\"${etag}\\"", plain_${index}, ${bytes.length}, ${packed} },`);
}

writeFileSync(output, `/* Made by scripts/assets.mjs from ui/. */
#include "web/assets.h"

${arrays.join('\n\n')}

const struct asset assets[] = {
${rows.join('\n')}
};
const size_t asset_count = sizeof assets / sizeof *assets;
`);
