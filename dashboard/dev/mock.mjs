/*
 * A development server that answers the API's contract from a pretended farm, so that the page can
 * be worked on, and photographed, without a farm. Not part of any package.
 *
 *   node dev/mock.mjs [--port 7411] [--jobs 17] [--denied] [--still]
 *
 * `POST /mock/away?seconds=8` makes it drop every connection for a while.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PretendedFarm, STATES } from './farm.mjs';
import { picture } from './pictures.mjs';

const { values: options } = parseArgs({
    options: {
        port: { type: 'string', default: '7411' },
        jobs: { type: 'string', default: '17' },
        denied: { type: 'boolean', default: false },
        still: { type: 'boolean', default: false },
    },
});
const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, '../target/classes/dashboard');
const farm = new PretendedFarm(Number(options.jobs));
let denied = options.denied;
let awayUntil = 0;

// The same policy as the real server's, so that what it forbids is noticed here.
const POLICY =
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const pages = [];
const route = (method, pattern, act) => pages.push({ method, pattern, act });
const API = '/api/v1';

route('GET', /^\/api\/v1\/farm$/, () => {
    const nodes = {};
    for (const node of farm.nodes) nodes[node.state] = (nodes[node.state] ?? 0) + 1;
    const all = farm.nodes.filter((node) => node.state === 'online').map((node) => farm.nodeOf(node));
    return {
        version: '0.1.0-dev',
        farm: 'North yard',
        user: 'ana',
        role: 'admin',
        revision: farm.revision,
        healthy: true,
        jobs: jobStates(),
        nodes,
        quarantined: farm.nodes.filter((node) => node.state === 'online' && node.quarantine).length,
        slots: {
            running: all.reduce((sum, node) => sum + node.runs.filter((run) => run.state === 'running').length, 0),
            free: all.reduce((sum, node) => sum + node.slots, 0),
        },
    };
});
route('GET', /^\/api\/v1\/jobs$/, ({ query }) => {
    const states = new Set((query.get('state') ?? '').split(',').filter(Boolean));
    const q = (query.get('q') ?? '').toLowerCase();
    const found = [...farm.jobs.values()].filter(
        (job) =>
            (states.size === 0 || states.has(job.state)) &&
            (job.archive !== undefined) === (query.get('archived') === 'true') &&
            job.name.toLowerCase().includes(q),
    );
    return { ...page(found, query, (job) => farm.job(job)), states: jobStates() };
});
route('GET', /^\/api\/v1\/jobs\/([0-9a-z]+)$/, ({ job }) => farm.detail(job));
route('PATCH', /^\/api\/v1\/jobs\/([0-9a-z]+)$/, ({ job, body }) => {
    if (body.name === 'refuse') refuse(409, 'job_is_over', 'The job was cancelled meanwhile.');
    Object.assign(job, body);
    farm.change(job);
    return farm.detail(job);
});
route('POST', /^\/api\/v1\/jobs\/([0-9a-z]+):(hold|release|cancel|retry)$/, ({ job, words: [, , verb] }) => {
    if (verb === 'hold') Object.assign(job, { state: 'held', held: true, reason: 'held by ana' });
    if (verb === 'release') Object.assign(job, { state: 'running', held: false, heldWhy: undefined, reason: '' });
    if (verb === 'cancel')
        Object.assign(job, { state: 'cancelled', reason: 'cancelled by ana', finishedAt: new Date().toISOString() });
    if (verb === 'retry') {
        job.tasks.forEach((state, at) => state === 3 && (job.tasks[at] = 0));
        job.counts.waiting += job.counts.failed;
        Object.assign(job, { state: 'running', reason: '', counts: { ...job.counts, failed: 0 }, next: 0 });
        while (job.tasks[job.next] === 2) job.next++;
    }
    const said = { hold: 'held; what runs is let finish', release: 'released', cancel: 'cancelled', retry: 'retried' };
    job.history.unshift({ at: new Date().toISOString(), who: 'ana', what: said[verb] });
    farm.change(job);
    return farm.detail(job);
});
route('POST', /^\/api\/v1\/jobs\/([0-9a-z]+):(archive|unarchive)$/, ({ job, words: [, , verb] }) => {
    job.archive = verb === 'archive' ? 'archiving' : 'unarchiving';
    job.history.unshift({ at: new Date().toISOString(), who: 'ana', what: `${verb}d` });
    setTimeout(() => {
        job.archive = verb === 'archive' ? 'archived' : undefined;
        farm.change(job);
    }, 1500);
    farm.change(job);
    return farm.detail(job);
});
route('DELETE', /^\/api\/v1\/jobs\/([0-9a-z]+)$/, ({ job }) => {
    farm.jobs.delete(job.id);
    farm.change(job);
    return {};
});
route('POST', /^\/api\/v1\/demo$/, () => {
    if (farm.nodes.length === 0) farm.makeNodes();
    const job = farm.add({ name: 'lighthouse', size: 24 });
    farm.change(job);
    return { id: job.id, name: job.name, tasks: 25, summary: {} };
});
route('GET', /^\/api\/v1\/jobs\/([0-9a-z]+)\/strip$/, ({ job, query }) =>
    farm.strip(job, Number(query.get('bins') ?? 0)),
);
route('GET', /^\/api\/v1\/jobs\/([0-9a-z]+)\/tasks$/, ({ job, query }) => {
    const state = query.get('state');
    const indices = Array.from(job.tasks.subarray(0, 5000), (_, at) => at).filter(
        (at) => !state || STATES[job.tasks[at]] === state,
    );
    return page(indices, query, (at) => ({
        step: job.steps[0],
        index: at,
        label: String(at + 1),
        state: STATES[job.tasks[at]],
        failures: job.tasks[at] === 3 ? 3 : 0,
        run: job.runOf.get(at),
        node: farm.runs.get(job.runOf.get(at))?.nodeName,
    }));
});
route('GET', /^\/api\/v1\/jobs\/([0-9a-z]+)\/runs$/, ({ job, query }) => {
    const index = query.get('index');
    const found = [...farm.runs.values()]
        .filter((run) => run.job === job.id && (index === null || run.index === Number(index)))
        .reverse();
    return page(found, query, (run) => run);
});
route('GET', /^\/api\/v1\/jobs\/([0-9a-z]+)\/outputs$/, ({ job, query }) => {
    const found = [];
    for (let at = 0; at < Math.min(job.tasks.length, 3000); at++) if (job.tasks[at] === 2) found.push(at);
    return page(found, query, (at) => farm.output(job, at));
});
route('GET', /^\/api\/v1\/jobs\/([0-9a-z]+)\/history$/, ({ job }) => ({ items: job.history }));
route('GET', /^\/api\/v1\/jobs\/([0-9a-z]+)\/explain$/, ({ job }) => ({
    summary: job.reason || `${job.counts.running} tasks run on 6 nodes; the others wait for a free slot.`,
    reasons: [
        { kind: 'running', text: `${job.counts.running} tasks run.`, count: String(job.counts.running) },
        {
            kind: 'waiting',
            text: `${job.counts.waiting} tasks wait for a free slot.`,
            count: String(job.counts.waiting),
            more: '6 nodes can run them, all their slots are taken. The next is free in about 9 s.',
        },
        { kind: 'blocked', text: '1 node lacks Blender 4.5.', count: '1 node', more: 'r07 has 4.4.' },
        {
            kind: 'failed',
            text: 'Frame 87 failed three times and waits for you.',
            count: '1',
            more: 'All on different nodes: so it is the scene, not the node.',
        },
    ],
}));
route(
    'GET',
    /^\/api\/v1\/jobs\/([0-9a-z]+)\/steps\/[0-9a-z]+\/tasks\/(\d+)\/explain$/,
    ({ words: [, , index] }) => ({
        summary: `render ${Number(index) + 1} waits. All 6 nodes that can are busy.`,
        reasons: [
            { kind: 'waiting', text: 'All 6 nodes that can are busy.', more: '118 tasks of other jobs wait too.' },
            { kind: 'blocked', text: '1 of 7 nodes lacks Blender (4.5 or newer).' },
        ],
    }),
);
route(
    'GET',
    /^\/api\/v1\/runs\/([0-9a-z]+)$/,
    ({ words: [, id] }) => farm.runs.get(id) ?? refuse(404, 'unknown_run', 'There is no such run.'),
);
route('GET', /^\/api\/v1\/nodes$/, () => ({ items: farm.nodes.map((node) => farm.nodeOf(node)) }));
route('GET', /^\/api\/v1\/nodes\/([0-9a-z]+)\/explain$/, ({ words: [, id] }) => ({
    summary: farm.node(id)?.idleReason ?? '',
    reasons: [
        {
            kind: 'blocked',
            text: '144 tasks of sh0425_boat_v002 need Blender 4.5.',
            count: '144',
            more: 'This node has 4.4.0.',
        },
        { kind: 'waiting', text: 'No other job waits.' },
    ],
}));
route('GET', /^\/api\/v1\/usage$/, ({ query }) => {
    const by = query.get('by') ?? 'day';
    const [from, to] = [query.get('from'), query.get('to')];
    return { from, to, by, rows: farm.nodes.length === 0 ? [] : usageRows(by, from, to) };
});
route('POST', /^\/api\/v1\/nodes\/([0-9a-z]+):release-runs$/, ({ words: [, id] }) => {
    const node = farm.node(id);
    Object.assign(node, { state: 'offline', goneWhy: 'Declared dead by ana.' });
    for (const run of farm.runs.values()) if (run.node === id && run.state === 'running') run.state = 'lost';
    return farm.nodeOf(node);
});

route('POST', /^\/api\/v1\/nodes\/([0-9a-z]+):try-again$/, ({ words: [, id] }) => {
    const node = farm.node(id);
    for (const fact of ['quarantine', 'quarantinedAt', 'works']) delete node[fact];
    farm.changeNode(node);
    return farm.nodeOf(node);
});
route('GET', /^\/api\/v1\/limits$/, () => ({ items: farm.limits.map((limit) => farm.limitOf(limit)) }));
route('GET', /^\/api\/v1\/limits\/([a-z0-9_.]+)\/explain$/, ({ words: [, name] }) => {
    const limit = limitNamed(name);
    return {
        summary: '',
        reasons: [
            { kind: 'running', text: 'sh0110_ridge_v031 on r01, r02.', count: '2 seats' },
            ...(limit.waiting > 0
                ? [{ kind: 'waiting', text: 'sh0110_ridge_v031 is next of 3.', count: `${limit.waiting} tasks` }]
                : []),
        ],
    };
});
route('PUT', /^\/api\/v1\/limits\/([a-z0-9_.]+)$/, ({ words: [, name], body }) => {
    if (name === 'refused') refuse(409, 'cannot_store', 'The farm could not keep that, try again.');
    const limit = farm.limits.find((known) => known.name === name) ?? { name, note: '', waiting: 0, held: 0 };
    Object.assign(limit, body);
    if (!farm.limits.includes(limit)) farm.limits.push(limit);
    farm.limits.sort((one, other) => (one.name < other.name ? -1 : 1));
    return farm.limitOf(limit);
});
route('PATCH', /^\/api\/v1\/limits\/([a-z0-9_.]+)$/, ({ words: [, name], body }) =>
    farm.limitOf(Object.assign(limitNamed(name), body)),
);
route('DELETE', /^\/api\/v1\/limits\/([a-z0-9_.]+)$/, ({ words: [, name] }) => {
    farm.limits.splice(farm.limits.indexOf(limitNamed(name)), 1);
});

function limitNamed(name) {
    return (
        farm.limits.find((limit) => limit.name === name) ?? refuse(404, 'unknown_limit', `There is no limit ${name}.`)
    );
}

function usageRows(by, from, to) {
    const keys = {
        owner: ['ana', 'jo', 'mei', 'kit', 'sam', 'pipeline-submitter'],
        jobType: ['blender', 'template', 'encode'],
        engine: ['blender', 'encode', 'command'],
        node: farm.nodes.map((node) => node.name),
    };
    const row = (key, n, hours) => ({
        key,
        nodeHours: Math.round(hours * 1e4) / 1e4,
        loadHours: Math.round(hours * (0.03 + (n % 4) * 0.02) * 1e4) / 1e4,
        done: Math.round(hours * 17.3),
        failed: n % 6 === 2 ? 3 + n : 0,
        lost: 0,
    });
    if (by !== 'day') return keys[by].map((key, n) => row(key, n, 640 / (n + 1.3) ** 1.4));
    const rows = [];
    for (let at = Date.parse(from), n = 0; at <= Date.parse(to); at += 86_400_000, n++) {
        const weekend = [0, 6].includes(new Date(at).getUTCDay());
        rows.push(row(new Date(at).toISOString().slice(0, 10), n, (weekend ? 9 : 38) * (1 + 0.4 * Math.sin(n * 1.9))));
    }
    return rows;
}

function jobStates() {
    const states = {};
    for (const job of farm.jobs.values()) states[job.state] = (states[job.state] ?? 0) + 1;
    return states;
}

function page(items, query, show) {
    const from = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit') ?? 100);
    return {
        items: items.slice(from, from + limit).map(show),
        ...(from + limit < items.length ? { next: String(from + limit) } : {}),
    };
}

class Refusal extends Error {
    constructor(status, kind, detail) {
        super(detail);
        Object.assign(this, { status, kind });
    }
}

function refuse(status, kind, detail) {
    throw new Refusal(status, kind, detail);
}

const server = createServer(
    (request, response) => void answer(request, response).catch((error) => problem(response, error)),
);
server.on('connection', (socket) => Date.now() < awayUntil && socket.destroy());
server.listen(Number(options.port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
if (Number(options.jobs) > 0) for (let n = 0; n < 3; n++) farm.tick(0.5);
if (!options.still) setInterval(() => farm.tick(0.5), 500);

async function answer(request, response) {
    const { pathname, searchParams: query } = new URL(request.url, 'http://here');
    if (pathname === '/mock/away') return goAway(Number(query.get('seconds') ?? 8), response);
    if (pathname === '/login' && query.has('code')) {
        denied = false;
        return response.writeHead(303, { Location: '/' }).end();
    }
    if (!pathname.startsWith(API)) return serveFile(pathname, response);
    if (denied) refuse(401, 'not_signed_in', 'Sign in first: run ./lumenyard open');
    if (pathname === `${API}/events`) return follow(request, response);
    if (pathname === `${API}/openapi.yaml`)
        return response
            .writeHead(200, { 'Content-Type': 'application/yaml' })
            .end(readFileSync(join(here, '../../server/src/main/openapi/openapi.yaml')));
    const file = /^\/api\/v1\/runs\/([0-9a-z]+?)x(\d+)\/(thumbnails|outputs)\//.exec(pathname);
    if (file) return sendPicture(file, response);
    const log = /^\/api\/v1\/runs\/([0-9a-z]+)\/log$/.exec(pathname);
    if (log) return sendLog(log[1], query, response);
    for (const { method, pattern, act } of pages) {
        const words = pattern.exec(pathname);
        if (!words || request.method !== method) continue;
        const job = pathname.startsWith(`${API}/jobs/`) ? farm.jobs.get(words[1]) : undefined;
        if (pathname.startsWith(`${API}/jobs/`) && !job) refuse(404, 'unknown_job', `There is no job ${words[1]}.`);
        const text = method === 'GET' ? '' : await bodyOf(request);
        return json(response, 200, act({ words, query, job, body: text ? JSON.parse(text) : undefined }));
    }
    refuse(404, 'unknown_address', 'There is nothing at this address.');
}

function goAway(seconds, response) {
    awayUntil = Date.now() + seconds * 1000;
    response.end('away\n', () => setTimeout(() => server.closeAllConnections(), 50));
}

function follow(request, response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': here\n\n');
    const listener = (event, data, id) =>
        response.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
    farm.listeners.add(listener);
    const beat = setInterval(() => response.write(':\n\n'), 15_000);
    request.on('close', () => {
        farm.listeners.delete(listener);
        clearInterval(beat);
    });
}

function sendPicture([, id, index, kind], response) {
    const job = farm.jobs.get(id) ?? refuse(404, 'unknown_run', 'There is no such run.');
    const [width, height] = kind === 'thumbnails' ? [256, 144] : [960, 540];
    response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'max-age=3600' });
    response.end(picture(job.scene, Number(index), width, height));
}

function logText(run, frames) {
    const lines = [
        'Blender 4.5.1 (hash 0f3a2b1c built 2026-10-14)',
        `Read blend: "/projects/tide/${run.jobName}.blend"`,
        '',
    ];
    for (let sample = 0; sample < frames; sample += 4) {
        lines.push(
            `Fra:${run.label} Mem:${(9300 + sample * 1.7).toFixed(2)}M (Peak 9841.02M) | Time:00:${String(sample % 60).padStart(2, '0')}.20 | Remaining:00:${String(59 - (sample % 60)).padStart(2, '0')}.11 | Scene, ViewLayer | Sample ${sample}/300`,
        );
    }
    if (run.state === 'failed') {
        lines.push(
            'Error: could not open image “rim_03.exr”: No such file or directory',
            'Refer to the render log for details; the frame was not written',
            '',
            'Blender quit',
            `guard: process tree ended, exit 1, peak 4.3 GB`,
            `check: expected ${run.label.padStart(4, '0')}.png, found nothing`,
        );
    } else if (run.state === 'done') {
        lines.push(
            `Saved: '/projects/tide/${run.jobName}_frames/${run.label.padStart(4, '0')}.png'`,
            'Time: 00:12.40 (Saving: 00:00.21)',
            '',
        );
    }
    return lines.join('\n') + '\n';
}

function sendLog(id, query, response) {
    const run = farm.runs.get(id) ?? refuse(404, 'unknown_run', 'There is no such run.');
    const ended = run.endedAt !== undefined;
    const text = () => Buffer.from(logText(run, ended ? 300 : (run.progress ?? 0) * 300));
    let at = Number(query.get('offset') ?? 0);
    response.writeHead(200, {
        'Content-Type': 'text/plain; charset=utf-8',
        'Lumenyard-Log-Size': text().length,
        'Lumenyard-Log-Offset': at,
        'Lumenyard-Log-Complete': String(ended),
    });
    const more = () => {
        const all = text();
        response.write(all.subarray(at, at + Number(query.get('limit') ?? 1e9)));
        at = Math.max(at, all.length);
        if (run.endedAt !== undefined || query.get('follow') !== 'true') return response.end();
        setTimeout(more, 500);
    };
    more();
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

function serveFile(pathname, response) {
    let file = join(built, normalize(pathname));
    if (pathname.endsWith('/')) file = join(file, 'index.html');
    if (!existsSync(file) || statSync(file).isDirectory()) file = join(built, 'index.html');
    response.writeHead(200, {
        'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
        'Content-Security-Policy': pathname.startsWith('/api-docs')
            ? POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
            : POLICY,
    });
    response.end(readFileSync(file));
}

function json(response, status, value, type = 'application/json') {
    response.writeHead(value === undefined ? 204 : status, {
        'Content-Type': type,
        'Lumenyard-Revision': farm.revision,
    });
    response.end(value && JSON.stringify(value));
}

function problem(response, error) {
    const status = error.status ?? 500;
    if (status === 500) console.error(error);
    if (!response.headersSent)
        json(
            response,
            status,
            { type: `/problems/${error.kind ?? 'broken'}`, title: error.message, status, detail: error.message },
            'application/problem+json',
        );
    else response.end();
}

async function bodyOf(request) {
    let text = '';
    for await (const part of request) text += part;
    return text;
}
