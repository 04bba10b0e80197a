/* Small landscapes for the development server: the same scene and frame give the same picture. */
import { crc32, deflateSync } from 'node:zlib';

const SKIES = [
    [
        [34, 40, 96],
        [240, 150, 90],
    ],
    [
        [60, 96, 150],
        [220, 214, 200],
    ],
    [
        [28, 30, 58],
        [200, 92, 74],
    ],
    [
        [84, 120, 140],
        [244, 226, 190],
    ],
    [
        [20, 24, 44],
        [96, 112, 160],
    ],
];

/** A PNG of `width` by `height`. */
export function picture(scene, frame, width, height) {
    const [zenith, horizon] = SKIES[scene % SKIES.length];
    const sun = { x: 0.2 + 0.5 * ((scene * 0.37) % 1) + frame * 0.0006, y: 0.36 + 0.04 * Math.sin(scene) };
    const rows = Buffer.alloc(height * (1 + width * 3));
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            const [u, v] = [x / width, y / height];
            let colour = mix(zenith, horizon, Math.min(1, v * 1.6) ** 1.4);
            const glow = Math.exp(-(((u - sun.x) * 1.78) ** 2 + (v - sun.y) ** 2) * 60);
            colour = mix(colour, [255, 238, 200], Math.min(1, glow * 1.3));
            for (let layer = 0; layer < 4; layer++) {
                const ridge =
                    0.52 +
                    layer * 0.11 +
                    hills(u * (3 + layer) + scene * 7 + frame * 0.004 * (layer + 1), scene + layer) *
                        (0.1 + layer * 0.02);
                if (v > ridge)
                    colour = mix(mix(horizon, [18, 22, 30], 0.3 + layer * 0.2), [10, 12, 16], (v - ridge) * 0.6);
            }
            const at = y * (1 + width * 3) + 1 + x * 3;
            const grain = ((x * 7919 + y * 104729 + frame * 31) % 7) - 3;
            for (let c = 0; c < 3; c++) rows[at + c] = Math.max(0, Math.min(255, colour[c] + grain));
        }
    }
    return png(rows, width, height);
}

function hills(x, seed) {
    return (
        Math.sin(x * 1.7 + seed) * 0.5 + Math.sin(x * 4.1 + seed * 2.3) * 0.25 + Math.sin(x * 9.7 + seed * 5.1) * 0.1
    );
}

function mix(one, other, share) {
    return one.map((value, at) => value + (other[at] - value) * share);
}

function png(rows, width, height) {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        chunk('IHDR', header),
        chunk('IDAT', deflateSync(rows, { level: 1 })),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

function chunk(name, data) {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
