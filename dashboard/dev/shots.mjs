/*
 * Photographs of the built page in Chromium, dark and light, wide and phone, into target/shots:
 * for looking at, after each change of a component. `node dev/shots.mjs [word …]` takes only those
 * whose name contains a word.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, '../target/shots');
mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);

/** Each scene: the farm it plays on, where it begins, and what is done before the picture is taken. */
const SCENES = [
    { name: 'jobs', jobs: 17, path: '/jobs' },
    { name: 'jobs-many', jobs: 5000, path: '/jobs', act: (page) => page.mouse.wheel(0, 4000) },
    {
        name: 'jobs-keys',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            for (const key of ['j', 'j', 'p']) await page.keyboard.press(key);
        },
    },
    {
        name: 'jobs-bulk',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            for (const key of ['j', 'x', 'j', 'j', 'j', 'X']) await page.keyboard.press(key);
        },
    },
    {
        name: 'jobs-bulk-cancel',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            for (const key of ['j', 'x', 'j', 'j', 'X']) await page.keyboard.press(key);
            await page.getByRole('button', { name: 'Cancel…' }).click({ timeout: 2000 });
        },
    },
    {
        name: 'jobs-bulk-held',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            for (const key of ['j', 'x', 'j', 'j', 'X', 'h']) await page.keyboard.press(key);
            await page.waitForTimeout(500);
        },
    },
    {
        name: 'jobs-touch',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            for (const name of ['Select lighthouse', 'Select sh0110_ridge_v031'])
                await page.getByRole('checkbox', { name }).click();
        },
    },
    { name: 'jobs-none', jobs: 17, path: '/jobs?q=nothing&state=failed' },
    { name: 'empty', jobs: 0, path: '/jobs' },
    { name: 'job', jobs: 17, path: '/jobs', act: open('sh0420_lighting_v012') },
    {
        name: 'job-zoom',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0420_lighting_v012')(page);
            for (let n = 0; n < 5; n++) await page.keyboard.press('+');
            await page.waitForTimeout(600);
        },
    },
    {
        name: 'job-hover',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0420_lighting_v012')(page);
            await page.locator('.cells > canvas').hover({ position: { x: 60, y: 40 } });
            await page.waitForTimeout(600);
        },
    },
    {
        name: 'job-log',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0230_above_v004')(page);
            await page.getByRole('tab', { name: 'Log' }).click();
            await page.waitForTimeout(900);
        },
    },
    {
        name: 'job-live-log',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('lighthouse')(page);
            await page.getByRole('tab', { name: 'Log' }).click();
            await page.waitForTimeout(900);
        },
    },
    {
        name: 'job-why',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0075_caravan_v008')(page);
            await page.getByRole('tab', { name: 'Why' }).click();
        },
    },
    {
        name: 'job-history',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0230_above_v004')(page);
            await page.getByRole('tab', { name: 'History' }).click();
        },
    },
    {
        name: 'job-cancel',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0420_lighting_v012')(page);
            await page.getByRole('button', { name: 'Cancel…' }).click();
        },
    },
    {
        name: 'job-delete',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0108_valley_v027')(page);
            await page.getByRole('button', { name: 'Delete…' }).click();
        },
    },
    {
        name: 'job-archived',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0004_dark_side_v014')(page);
            await page.getByRole('button', { name: 'Archive' }).click();
            await page.waitForTimeout(4000);
        },
    },
    {
        name: 'job-table',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0420_lighting_v012')(page);
            await page.locator('.strip').getByRole('button', { name: 'Show as table' }).click();
        },
    },
    { name: 'job-held', jobs: 17, path: '/jobs', act: open('lookdev_kettle_turn_v19') },
    { name: 'job-held-by-farm', jobs: 18, path: '/jobs', act: open('sh0512_harbour_v003') },
    { name: 'job-long', jobs: 17, path: '/jobs', act: open('a_name_of_eighty') },
    { name: 'job-million', jobs: 17, path: '/jobs', act: open('sim_plume_bake_v005') },
    { name: 'job-one', jobs: 17, path: '/jobs', act: open('one frame') },
    {
        name: 'job-lanes',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0420_lighting_v012')(page);
            await page.locator('.lane-view canvas').focus();
            for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowLeft']) await page.keyboard.press(key);
            await page.waitForTimeout(300);
        },
    },
    {
        name: 'job-rename',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0420_lighting_v012')(page);
            await page.keyboard.press('F2');
            await page.keyboard.type('refuse');
            await page.keyboard.press('Enter');
            await page.waitForTimeout(300);
        },
    },
    {
        name: 'job-zip',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0420_lighting_v012')(page);
            await page.getByRole('button', { name: 'Download frames' }).click();
            await page.keyboard.type('1-40, 96');
        },
    },
    { name: 'job-failed', jobs: 17, path: '/jobs', act: open('sh0230_above_v004') },
    {
        name: 'job-runs-table',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            await open('sh0230_above_v004')(page);
            await page.locator('.work').getByRole('button', { name: 'Show as table' }).click();
        },
    },
    { name: 'job-unknown', jobs: 17, path: '/jobs/zzzz' },
    { name: 'nodes', jobs: 17, path: '/nodes' },
    { name: 'nodes-why', jobs: 17, path: '/nodes', act: (page) => page.locator('button.say').first().click() },
    { name: 'nodes-empty', jobs: 0, path: '/nodes' },
    {
        name: 'nodes-again',
        jobs: 17,
        path: '/nodes',
        act: (page) => page.getByRole('button', { name: 'Try r06 again' }).click(),
    },
    { name: 'limits', jobs: 17, path: '/limits' },
    {
        name: 'limits-edit',
        jobs: 17,
        path: '/limits',
        act: async (page) => {
            await page.getByRole('button', { name: 'Edit arnold' }).click();
            await page.keyboard.type('6');
            await page.getByRole('button', { name: 'Delete nuke' }).click();
        },
    },
    {
        name: 'limits-new',
        jobs: 17,
        path: '/limits',
        act: async (page) => {
            await page.getByRole('button', { name: 'New limit' }).click();
            await page.keyboard.type('Arnold');
        },
    },
    { name: 'limits-empty', jobs: 0, path: '/limits' },
    { name: 'usage', jobs: 17, path: '/usage' },
    { name: 'usage-node', jobs: 17, path: '/usage?by=node&days=90' },
    { name: 'usage-empty', jobs: 0, path: '/usage' },
    { name: 'login', jobs: 17, denied: true, path: '/' },
    { name: 'help', jobs: 17, path: '/jobs', act: (page) => page.keyboard.press('?') },
    {
        name: 'held-toast',
        jobs: 17,
        path: '/jobs',
        act: async (page) => {
            for (const key of ['j', 'h']) {
                await page.keyboard.press(key);
                await page.waitForTimeout(300);
            }
        },
    },
    {
        name: 'away',
        jobs: 17,
        path: '/jobs',
        act: async (page, base) => {
            await fetch(`${base}/mock/away?seconds=20`, { method: 'POST' });
            await page.waitForTimeout(7000);
        },
    },
    { name: 'api-docs', jobs: 17, path: '/api-docs/', act: (page) => page.waitForSelector('.opblock') },
];

function open(name) {
    return async (page) => {
        await page.getByRole('link', { name }).first().click();
        await page.waitForSelector('.cells > canvas');
        await page.waitForTimeout(900);
    };
}

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
    ],
});
let troubles = 0;
for (const scene of SCENES.filter(
    ({ name }) => wanted.length === 0 || wanted.some((word) => name === word || name.startsWith(`${word}*`)),
)) {
    for (const [size, viewport] of [
        ['wide', { width: 1440, height: 900 }],
        ['phone', { width: 390, height: 844 }],
    ]) {
        for (const theme of ['dark', 'light']) {
            await photograph(scene, size, viewport, theme);
        }
    }
}
await browser.close();
process.exit(troubles > 0 ? 1 : 0);

async function photograph(scene, size, viewport, theme) {
    const mock = spawn(
        process.execPath,
        [join(here, 'mock.mjs'), '--port', '0', '--jobs', String(scene.jobs), ...(scene.denied ? ['--denied'] : [])],
        { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
        const base = await new Promise((resolve) =>
            mock.stdout.once('data', (line) => resolve(String(line).trim().replace(/\/$/, ''))),
        );
        const context = await browser.newContext({
            viewport,
            colorScheme: theme,
            reducedMotion: 'reduce',
            hasTouch: size === 'phone',
        });
        const page = await context.newPage();
        const name = `${scene.name}-${size}-${theme}`;
        page.on('console', (message) => {
            const away = scene.name === 'away' || scene.denied || ['job-unknown', 'job-rename'].includes(scene.name);
            if (message.type() === 'error' && !(away && /Failed to load resource|net::ERR/.test(message.text())))
                complain(name, message.text());
        });
        page.on('pageerror', (error) => complain(name, error.message));
        await page.goto(base + scene.path);
        await page.waitForTimeout(900);
        try {
            await scene.act?.(page, base);
        } catch (error) {
            complain(name, error.message.split('\n')[0]);
        }
        await page.waitForTimeout(300);
        const wide = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        if (wide > 0) complain(name, `scrolls sideways by ${wide} px`);
        if (size === 'phone') await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: join(folder, `${name}.png`), fullPage: size === 'phone' && scene.jobs < 100 });
        await context.close();
    } finally {
        mock.kill();
    }
}

function complain(name, what) {
    troubles++;
    console.log(`${name}: ${what}`);
}
