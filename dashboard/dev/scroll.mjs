/*
 * How the list of jobs bears many: scrolls through a pretended farm of them in Chromium while it
 * changes, and tells how long the page was deaf. `node dev/scroll.mjs [--jobs 100000] [--wide 1440]`
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
    options: {
        jobs: { type: 'string', default: '100000' },
        wide: { type: 'string', default: '1440' },
        seconds: { type: 'string', default: '20' },
    },
});
const mock = spawn(process.execPath, [join(here, 'mock.mjs'), '--port', '0', '--jobs', options.jobs], {
    stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });
try {
    const base = await new Promise((resolve) =>
        mock.stdout.once('data', (line) => resolve(String(line).trim().replace(/\/$/, ''))),
    );
    const page = await browser.newPage({ viewport: { width: Number(options.wide), height: 900 } });
    await page.goto(`${base}/jobs`);
    await page.waitForSelector('tr[data-job]');
    await page.waitForTimeout(1000);
    await page.evaluate(() => {
        window.deaf = [];
        new PerformanceObserver((list) => {
            for (const task of list.getEntries()) window.deaf.push(task.duration);
        }).observe({ type: 'longtask' });
    });
    tell('nobody scrolls, 5 s', await during(page, 5, async () => page.waitForTimeout(100)));
    tell('by the wheel', await during(page, Number(options.seconds), async () => page.mouse.wheel(0, 600)));
    tell(
        'to the end',
        await during(page, Number(options.seconds), async () => {
            await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        }),
    );
    tell('nobody scrolls, 5 s', await during(page, 5, async () => page.waitForTimeout(100)));
} finally {
    await browser.close();
    mock.kill();
}

async function during(page, seconds, act) {
    await page.evaluate(() => {
        window.deaf.length = 0;
        window.frames_ = 0;
        const count = () => {
            window.frames_++;
            window.counting = requestAnimationFrame(count);
        };
        cancelAnimationFrame(window.counting);
        count();
    });
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
        await act();
        await page.waitForTimeout(30);
    }
    return page.evaluate((s) => ({
        frames: window.frames_ / s,
        times: window.deaf.length,
        longest: Math.max(0, ...window.deaf),
        share: window.deaf.reduce((all, t) => all + t, 0) / s / 10,
        rows: document.querySelectorAll('tr[data-job]').length,
        at: Math.round(scrollY / 32),
    }), seconds);
}

function tell(what, { frames, times, longest, share, rows, at }) {
    console.log(
        `${what.padEnd(22)} ${frames.toFixed(0)} frames/s; over 50 ms: ${times} times, at most ${longest.toFixed(0)} ms, ${share.toFixed(1)} % of the time; ${rows} rows exist, at row ${at.toLocaleString('en')}`,
    );
}
