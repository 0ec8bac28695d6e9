// Makes a screenshot small: PNG with a palette of 256 colours, and each other pixel the nearest of them. What a browser draws has few colours and many
// shades of the edges of letters, so nothing is to be seen of it; a file is a quarter of what it was.
import { deflateSync, inflateSync, crc32 } from 'node:zlib';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');
const paletteMax = 256;
const alikeSquared = 48; // 4 steps in each of red, green and blue

function* chunks(png) {
    for (let at = signature.length; at < png.length; ) {
        const length = png.readUInt32BE(at);
        yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
        at += 12 + length;
    }
}

function chunk(type, data) {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(named), 4);
    return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

function paeth(left, up, corner) {
    const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
    return a <= b && a <= c ? left : b <= c ? up : corner;
}

// The pixels, with the filters of the lines (PNG, section 9) taken back.
function pixelsOf(raw, width, height, bytes) {
    const line = width * bytes;
    const out = Buffer.alloc(line * height);
    for (let y = 0; y < height; y++) {
        const filter = raw[y * (line + 1)];
        for (let x = 0; x < line; x++) {
            const at = y * line + x;
            const left = x >= bytes ? out[at - bytes] : 0;
            const up = y > 0 ? out[at - line] : 0;
            const corner = x >= bytes && y > 0 ? out[at - line - bytes] : 0;
            const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
            out[at] = raw[y * (line + 1) + 1 + x] + guess;
        }
    }
    return out;
}

const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

// The index of the nearest colour of the palette, and the square of how far it is.
function nearest(palette, colour) {
    const [r, g, b] = parts(colour);
    let best = 0;
    let least = Infinity;
    for (const [index, one] of palette.entries()) {
        const [pr, pg, pb] = parts(one);
        const distance = (r - pr) ** 2 + (g - pg) ** 2 + (b - pb) ** 2;
        if (distance < least) [best, least] = [index, distance];
    }
    return { index: best, distance: least };
}

// The most frequent first, but for those that are hardly to be told from one that is there: so a few red letters keep their red.
function paletteOf(counts) {
    const palette = [];
    for (const [colour] of [...counts].sort(([a, m], [b, n]) => n - m || a - b)) {
        if (palette.length === paletteMax) break;
        if (nearest(palette, colour).distance > alikeSquared) palette.push(colour);
    }
    return palette;
}

export function shrink(png) {
    const all = [...chunks(png)];
    const head = all.find(({ type }) => type === 'IHDR').data;
    const [width, height, bytes] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] === 6 ? 4 : 3];
    const raw = inflateSync(Buffer.concat(all.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
    const pixels = pixelsOf(raw, width, height, bytes);
    const colours = new Uint32Array(width * height).map((_, index) => pixels.readUIntBE(index * bytes, 3));
    const counts = new Map();
    for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
    const palette = paletteOf(counts);
    const indexes = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour).index]));
    const lines = Buffer.alloc((width + 1) * height);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = indexes.get(colours[y * width + x]);
    const indexed = Buffer.from(head);
    indexed.set([8, 3], 8); // 8 bits, palette
    return Buffer.concat([signature, chunk('IHDR', indexed), chunk('PLTE', Buffer.from(palette.flatMap(parts))), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
