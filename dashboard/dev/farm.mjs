/* A farm that is only pretended: jobs move on, nodes work, now and then something fails. */

const WAITING = 0,
    RUNNING = 1,
    DONE = 2,
    FAILED = 3;
const STATES = ['waiting', 'running', 'done', 'failed'];

const SAMPLES = [
    ['sh0420_lighting_v012', 'ana', 'running', 250, 118, 1, 60, 'normal', ''],
    ['lighthouse', 'ana', 'running', 24, 9, 0, 50, 'normal', ''],
    ['sh0110_ridge_v031', 'jo', 'running', 480, 402, 0, 80, 'rush', ''],
    ['sh0075_caravan_v008', 'mei', 'running', 200, 31, 0, 50, 'normal', '2 runs load the scene (38 s each)'],
    [
        'sh0230_above_v004',
        'sam',
        'failed',
        120,
        77,
        6,
        55,
        'normal',
        '6 frames failed the same way: texture “rim_03.exr” not found',
    ],
    ['lookdev_kettle_turn_v19', 'kit', 'held', 120, 48, 0, 50, 'normal', 'held by jo'],
    ['sh0010_orbit_v022', 'mei', 'waiting', 360, 0, 0, 50, 'normal', 'waits: no node has Blender yet, installing'],
    [
        'sh0425_boat_v002',
        'ana',
        'waiting',
        144,
        0,
        0,
        60,
        'normal',
        'waits: no node has Blender 4.5; the nearest is r07 with 4.4',
    ],
    ['still_kettle_8k_tiles', 'kit', 'running', 64, 41, 0, 95, 'interactive', ''],
    [
        'a_name_of_eighty_characters_without_a_single_space_as_some_pipelines_write_them_',
        'pipeline-submitter',
        'waiting',
        1_000_000,
        0,
        0,
        45,
        'normal',
        'its turn comes after sh0420 and sh0075',
    ],
    ['one frame', 'sam', 'waiting', 1, 0, 0, 50, 'normal', 'waits for a free slot, about 40 s'],
    ['dailies_1122_encode', 'sam', 'running', 21, 14, 0, 75, 'rush', ''],
    ['sh0430_dusk_v006', 'ana', 'waiting', 200, 20, 0, 20, 'idle', 'idle band: 4 jobs go first'],
    [
        'sim_plume_bake_v005',
        'kit',
        'running',
        1_000_000,
        412_345,
        37,
        50,
        'normal',
        'one frame at a time: each needs the one before',
    ],
    ['sh0108_valley_v027', 'jo', 'done', 320, 320, 0, 50, 'normal', ''],
    ['sh0071_tents_v002', 'mei', 'cancelled', 200, 12, 0, 50, 'normal', 'cancelled by mei'],
    ['sh0004_dark_side_v014', 'sam', 'done', 240, 240, 0, 50, 'normal', ''],
    [
        'sh0512_harbour_v003',
        'jo',
        'held',
        160,
        2,
        0,
        50,
        'normal',
        'Held by the farm: 3 and 2 more failed because of a missing file on r01, r02, r03: Blender could not find the texture “hull_02.exr”.',
    ],
];

export class PretendedFarm {
    revision = 1000;
    jobs = new Map();
    nodes = [];
    runs = new Map();
    nextId = 40;
    listeners = new Set();
    limits = [];

    constructor(jobs, seed = 7) {
        this.random = generator(seed);
        if (jobs > 0) this.makeNodes();
        for (let n = 0; n < jobs; n++) this.addSample(n, jobs);
        if (jobs > 0) this.makeLimits();
    }

    makeLimits() {
        this.limits.push(
            { name: 'arnold', count: 4, note: 'renewed until May', waiting: 78, held: 4 },
            { name: 'file_server', count: 200, note: 'what the old filer can bear at once', waiting: 0, held: 9 },
            { name: 'houdini_engine', count: 2, note: '', waiting: 0, held: 3 },
            { name: 'nuke', count: 6, note: '', waiting: 0, held: 0 },
        );
        const bad = this.nodes.find((node) => node.name === 'r06');
        bad.failures = [...this.runs.values()]
            .filter((run) => run.state === 'failed')
            .slice(0, 3)
            .map((run) => ({ ...run, node: bad.id, nodeName: bad.name, sentence: 'CUDA ran out of memory.' }));
    }

    id() {
        return (this.nextId++).toString(36);
    }

    makeNodes() {
        const add = (name, cores, memory, attributes, more = {}) =>
            this.nodes.push({
                id: this.id(),
                name,
                state: 'online',
                since: ago(7200),
                cores,
                memory,
                attributes,
                slots: 4,
                instances: [],
                ...more,
            });
        for (const n of [1, 2, 3, 4])
            add(`r0${n}`, 32, 131072, { 'attr.blender.version': ['4.5.1'], 'attr.encode.version': ['5.1'] });
        add('r05', 64, 262144, { 'attr.blender.version': ['3.4.1', '4.5.1'] }, { slots: 6 });
        add(
            'workstation-of-the-lighting-department-by-the-window',
            8,
            32768,
            { 'attr.blender.version': ['3.4.1'] },
            { slots: 1 },
        );
        add(
            'r07',
            16,
            65536,
            { 'attr.blender.version': ['4.4.0'] },
            { idleReason: '2 slots free: what waits needs Blender 4.5, here is 4.4', slots: 2, works: false },
        );
        add(
            'r06',
            64,
            262144,
            { 'attr.blender.version': ['4.5.1'] },
            {
                quarantine: '3 tasks in a row failed here because of a crash, while other nodes did such tasks',
                quarantinedAt: ago(3100),
                slots: 0,
                works: false,
            },
        );
        add('r08', 32, 131072, { 'attr.blender.version': ['4.5.1'] }, { state: 'lost', silentSeconds: 48, slots: 4 });
        add(
            'r09',
            32,
            131072,
            { 'attr.blender.version': ['4.5.1'] },
            { state: 'offline', goneWhy: 'Its agent was stopped by jo.', since: ago(86400) },
        );
        for (const [n, scene] of [
            [0, 'tide/sh0420_v012.blend'],
            [1, 'tide/sh0420_v012.blend'],
            [2, 'north/ridge_v031.blend'],
            [4, 'mill/caravan_v008.blend'],
        ]) {
            this.nodes[n].instances.push({ id: this.id(), model: scene, state: 'busy', memoryMebibytes: 4210 });
        }
        this.nodes[1].instances.push({ id: this.id(), model: 'mill/caravan_v008.blend', state: 'loading' });
    }

    addSample(n, jobs) {
        const [name, user, state, size, done, failed, priority, band, reason] = SAMPLES[n % SAMPLES.length];
        // In a long list only the first few are large, to start quickly.
        const small = n < SAMPLES.length ? size : Math.min(size, jobs > 20_000 ? 40 : 400);
        this.add({
            name: n < SAMPLES.length ? name : `${name.slice(0, 60)}_${n}`,
            user,
            state: n < SAMPLES.length || jobs < 50 ? state : n % 9 === 0 ? state : 'done',
            size: small,
            done: n < SAMPLES.length ? done : small,
            failed: n < SAMPLES.length ? failed : 0,
            priority,
            band,
            reason: n < SAMPLES.length ? reason : '',
            age: 600 + n * 977,
            // Of very many jobs the others have no runs to be looked at.
            past: n < SAMPLES.length || jobs <= 20_000,
        });
    }

    add({
        name,
        user = 'ana',
        state = 'running',
        size,
        done = 0,
        failed = 0,
        priority = 50,
        band = 'normal',
        reason = '',
        age = 0,
        past = true,
    }) {
        const tasks = new Uint8Array(size);
        tasks.fill(DONE, 0, Math.min(size, done + failed));
        for (let n = 0; n < failed; n++)
            tasks[Math.floor(((n + 0.7) * (done + failed)) / Math.max(1, failed)) % size] = FAILED;
        const job = {
            id: this.id(),
            name,
            user,
            state,
            band,
            priority,
            held: state === 'held',
            reason,
            tasks,
            steps: [this.id(), this.id()],
            counts: { waiting: size - done - failed, running: 0, done, failed },
            next: done + failed,
            scene: this.jobs.size,
            submittedAt: ago(age),
            startedAt: done > 0 ? ago(age - 20) : undefined,
            finishedAt: state === 'done' || state === 'cancelled' ? ago(age / 3) : undefined,
            runOf: new Map(),
            history: [
                ...(state === 'held' ? [{ at: ago(age / 3), who: 'jo', what: 'held; what runs is let finish' }] : []),
                { at: ago(age), who: user, what: `submitted: 2 steps, ${size + 1} tasks` },
            ],
            latest: Math.max(0, done - 1),
        };
        this.jobs.set(job.id, job);
        if (reason.startsWith('Held by the farm')) {
            job.heldWhy = reason.replace(/^Held by the farm: |\.$/g, '');
            job.history.splice(0, 1, { at: ago(400), who: 'farm', what: `held: ${job.heldWhy}` });
            for (const index of [2, 3, 4]) this.troubled(job, index);
        }
        const remembered = past ? (size >= 1_000_000 ? 5000 : 400) : 0;
        for (let at = 0; at < size && at < remembered; at++) {
            if (tasks[at] === FAILED) for (const attempt of [0, 1, 2]) this.pastRun(job, at, 'failed', attempt);
            else if (tasks[at] === DONE) this.pastRun(job, at, 'done', 0);
        }
        return job;
    }

    /** A failure alike others, for which the farm holds the job. */
    troubled(job, index) {
        this.pastRun(job, index, 'failed', 0);
        Object.assign(this.runs.get(job.runOf.get(index)), {
            endedAt: ago(406 - index),
            node: this.nodes[index - 2]?.id ?? '1',
            nodeName: `r0${index - 1}`,
            sentence: 'Blender could not find the texture “hull_02.exr”, which the scene names.',
        });
    }

    pastRun(job, index, state, attempt) {
        const node = this.nodes[(index + attempt) % 5] ?? { id: '1', name: 'r01' };
        const takes = 88 + ((index * 37) % 29);
        const loads = index < 10 || index % 67 === 0;
        const pace = job.tasks.length >= 1_000_000 ? 1.6 : 12;
        const ended = pace * (Math.min(job.counts.done + job.counts.failed, 5000) - index) + 20 + (2 - attempt) * 130;
        const run = {
            id: this.id(),
            job: job.id,
            jobName: job.name,
            step: job.steps[0],
            stepName: 'render',
            index,
            label: String(index + 1),
            node: node.id,
            nodeName: node.name,
            state,
            placedAt: ago(ended + takes + 1),
            startedAt: ago(ended + takes),
            endedAt: ago(ended),
            loadSeconds: loads ? 38 : 0,
            runSeconds: takes,
            peakMebibytes: 4210 + (index % 900),
            warm: !loads,
        };
        if (state === 'failed')
            Object.assign(run, {
                reason: 'missing_file',
                sentence: 'Blender could not find the texture “rim_03.exr”, which the scene names.',
            });
        this.runs.set(run.id, run);
        job.runOf.set(index, run.id);
    }

    /** Moves everything on by `seconds` and tells who listens. */
    tick(seconds) {
        const changed = { jobs: new Set(), nodes: new Set() };
        const telemetry = [];
        for (const run of this.runs.values()) {
            if (run.state !== 'running' || this.node(run.node)?.state !== 'online') continue;
            run.progress = Math.min(1, run.progress + (seconds / run.takes) * (0.6 + this.random() * 0.8));
            run.text = `Sample ${Math.floor(run.progress * 300)}/300`;
            if (run.progress < 1)
                telemetry.push({
                    run: run.id,
                    job: run.job,
                    step: run.step,
                    index: run.index,
                    progress: run.progress,
                    text: run.text,
                });
            else this.finish(run, changed);
        }
        for (const node of this.nodes) this.fill(node, changed);
        if (changed.jobs.size + changed.nodes.size > 0) {
            this.revision++;
            this.tell('changed', { jobs: [...changed.jobs], nodes: [...changed.nodes] });
        }
        if (telemetry.length > 0) this.tell('telemetry', { runs: telemetry });
    }

    fill(node, changed) {
        if (node.state === 'offline' || node.works === false) return;
        const busy = () =>
            [...this.runs.values()].filter((run) => run.node === node.id && run.state === 'running').length;
        for (let room = node.slots - busy(); room > 0; room--) {
            const next = this.behind(node)[0];
            if (next) {
                this.begin(next);
                changed.jobs.add(next.job);
                changed.nodes.add(node.id);
                continue;
            }
            const jobs = [...this.jobs.values()].filter(
                (job) => job.state === 'running' && job.next < job.tasks.length,
            );
            const job = jobs[Math.floor(this.random() * jobs.length)];
            if (!job) return;
            this.start(job, node);
            changed.jobs.add(job.id);
            changed.nodes.add(node.id);
        }
        // On two nodes runs wait behind others in their slots.
        const [first] = this.jobs.values();
        if (['r01', 'r02'].includes(node.name))
            while (this.behind(node).length < 3 && first.next < first.tasks.length) this.start(first, node, 'assigned');
    }

    behind(node) {
        return [...this.runs.values()].filter((run) => run.node === node.id && run.state === 'assigned');
    }

    begin(run) {
        const job = this.jobs.get(run.job);
        job.tasks[run.index] = RUNNING;
        job.counts.waiting--;
        job.counts.running++;
        Object.assign(run, { state: 'running', startedAt: now() });
    }

    start(job, node, state = 'running') {
        const index = job.next++;
        const run = {
            id: this.id(),
            job: job.id,
            jobName: job.name,
            step: job.steps[0],
            stepName: 'render',
            index,
            label: String(index + 1),
            node: node.id,
            nodeName: node.name,
            state: 'assigned',
            placedAt: now(),
            progress: this.revision === 1000 ? this.random() * 0.8 : 0,
            text: '',
            takes: 8 + this.random() * 20,
        };
        this.runs.set(run.id, run);
        job.runOf.set(index, run.id);
        if (state === 'running') this.begin(run);
    }

    finish(run, changed) {
        const job = this.jobs.get(run.job);
        Object.assign(run, {
            state: 'done',
            endedAt: now(),
            runSeconds: run.takes,
            loadSeconds: 0,
            peakMebibytes: 4400,
            warm: true,
        });
        job.tasks[run.index] = DONE;
        job.counts.running--;
        job.counts.done++;
        job.latest = run.index;
        if (job.counts.waiting + job.counts.running === 0) {
            job.state = job.counts.failed > 0 ? 'failed' : 'done';
            job.finishedAt = now();
        }
        changed.jobs.add(job.id);
        changed.nodes.add(run.node);
    }

    changeNode(node) {
        this.revision++;
        this.tell('changed', { jobs: [], nodes: [node.id] });
    }

    change(job) {
        this.revision++;
        this.tell('changed', { jobs: [job.id], nodes: [] });
    }

    tell(event, data) {
        for (const listener of this.listeners) listener(event, data, this.revision);
    }

    node(id) {
        return this.nodes.find((node) => node.id === id);
    }

    // ---- what the API answers ----

    job(job) {
        const { tasks, steps, runOf, history, next, scene, latest, ...plain } = job;
        const active = job.state === 'running';
        return {
            ...plain,
            tasksPerMinute: active ? 3.1 + (scene % 5) : undefined,
            ...this.eta(job, active),
            needsPerson: job.state === 'failed',
            thumbnail: job.counts.done > 0 ? `/api/v1/runs/${job.id}x${latest}/thumbnails/${latest + 1}` : undefined,
        };
    }

    eta(job, active) {
        if (job.state === 'held') return { noEta: 'Not known while the job is held.' };
        if (!active) return job.state === 'waiting' ? { noEta: 'Not known until a first task has ended.' } : {};
        const left = Math.min(job.counts.waiting, 3000) * 4000 + 40_000;
        const at = (share) => new Date(Date.now() + left * share).toISOString();
        return { eta: { p50: at(1), p90: at(1.3) } };
    }

    detail(job) {
        const { done, running, failed } = job.counts;
        const all = job.tasks.length;
        const sentence =
            job.heldWhy
                ? `Held by the farm; ${done} of ${all} tasks done`
                : job.state === 'held'
                ? `Held by jo since 08:55. ${done} of ${all} frames done`
                : job.state === 'failed'
                  ? `${done} of ${all} frames done; stopped because ${failed} failed the same way: texture “rim_03.exr” not found`
                  : job.state === 'done'
                    ? `All ${all} frames done, film encoded`
                    : job.state === 'cancelled'
                      ? `Cancelled by mei after ${done} of ${all} frames`
                      : `${done} of ${all} frames done${running ? `, ${running} running` : ''}${failed ? `, ${failed} failed` : ''}`;
        return {
            ...this.job(job),
            sentence,
            jobType: 'blender',
            parameters: {
                Scene: `/projects/tide/${job.name}.blend`,
                Frames: `1-${all}`,
                OutputFolder: `/projects/tide/${job.name}_frames`,
                Resolution: '100 %',
                Samples: '300',
            },
            warnings: job.name.includes('caravan')
                ? ['The scene misses “textures/sand_04.exr”.', 'Render result may differ: 1 library was not found.']
                : [],
            film: job.state === 'done' ? `/api/v1/runs/${job.id}/outputs/film.mp4` : undefined,
            steps: [
                {
                    id: job.steps[0],
                    name: 'render',
                    state: job.state === 'cancelling' ? 'cancelled' : job.state,
                    size: all,
                    counts: job.counts,
                    dependsOn: [],
                    engine: 'blender',
                    runSeconds: 12.4,
                    loadSeconds: 4.2,
                    peakMebibytes: 4410,
                },
                {
                    id: job.steps[1],
                    name: 'encode',
                    state: job.state === 'done' ? 'done' : job.state === 'cancelled' ? 'cancelled' : 'blocked',
                    size: 1,
                    counts: encodeCounts(job),
                    dependsOn: [job.steps[0]],
                    engine: 'encode',
                },
            ],
        };
    }

    strip(job, bins) {
        const size = job.tasks.length;
        const rest = job.state === 'held' ? 'held' : job.state === 'cancelled' ? 'cancelled' : 'waiting';
        const cells = runLengths(job.tasks, rest);
        const binned = cells.length > 2000 || bins > 0 || size > 200_000;
        return {
            steps: [
                {
                    id: job.steps[0],
                    name: 'render',
                    size,
                    first: '1',
                    last: String(size),
                    binned,
                    cells: binned ? binsOf(job.tasks, bins || 1000) : cells,
                },
                {
                    id: job.steps[1],
                    name: 'encode',
                    size: 1,
                    first: '1',
                    last: '1',
                    binned: false,
                    cells: [
                        {
                            from: 0,
                            to: 0,
                            label: '1',
                            state: job.state === 'done' ? 'done' : job.state === 'cancelled' ? 'cancelled' : 'blocked',
                            counts: encodeCounts(job),
                        },
                    ],
                },
            ],
        };
    }

    output(job, index) {
        const id = job.runOf.get(index) ?? `${job.id}x${index}`;
        return {
            step: job.steps[0],
            index,
            label: String(index + 1),
            run: id,
            path: `/projects/tide/${job.name}_frames/${String(index + 1).padStart(4, '0')}.png`,
            bytes: 1_240_000,
            width: 1280,
            height: 720,
            mediaType: 'image/png',
            thumbnail: `/api/v1/runs/${job.id}x${index}/thumbnails/${index + 1}`,
            file: `/api/v1/runs/${job.id}x${index}/outputs/${index + 1}`,
        };
    }

    limitOf({ held, ...limit }) {
        const running = [...this.runs.values()].filter((run) => run.state === 'running').slice(0, held);
        const taken = running.length;
        const holders = running.map((run) => ({
            job: run.job,
            jobName: run.jobName,
            run: run.id,
            label: run.label,
            node: run.node,
            nodeName: run.nodeName,
            seats: 1,
            since: run.placedAt,
        }));
        return { ...limit, taken, free: Math.max(0, limit.count - taken), setAt: ago(90_000), holders };
    }

    nodeOf(node) {
        const runs = [...this.runs.values()].filter(
            (run) => run.node === node.id && ['running', 'assigned'].includes(run.state),
        );
        const begun = runs.filter((run) => run.state === 'running').length;
        const free = Math.max(0, node.slots - begun);
        return {
            id: node.id,
            name: node.name,
            state: node.state,
            since: node.since,
            silentSeconds: node.silentSeconds,
            goneWhy: node.goneWhy,
            quarantine: node.quarantine,
            quarantinedAt: node.quarantinedAt,
            failures: node.quarantine && node.failures,
            amounts: { 'amount.worker.vcpu': node.cores, 'amount.worker.memory': node.memory },
            free: {},
            attributes: node.attributes,
            load: begun * 0.22 * node.cores,
            freeMebibytes: node.memory * (1 - begun * 0.14),
            slots: free,
            idleReason:
                free > 0
                    ? (node.idleReason ?? `${free} ${free === 1 ? 'slot' : 'slots'} free: nothing waits that fits`)
                    : '',
            runs,
            instances: node.instances,
        };
    }
}

function encodeCounts(job) {
    return { waiting: job.state === 'done' ? 0 : 1, running: 0, done: job.state === 'done' ? 1 : 0, failed: 0 };
}

function countsOf(state, n) {
    return {
        waiting: 0,
        running: 0,
        done: 0,
        failed: 0,
        ...(state in { running: 1, done: 1, failed: 1 } ? { [state]: n } : { waiting: n }),
    };
}

function runLengths(tasks, rest) {
    const cells = [];
    for (let from = 0; from < tasks.length;) {
        let to = from;
        while (to + 1 < tasks.length && tasks[to + 1] === tasks[from]) to++;
        const state = tasks[from] === WAITING ? rest : STATES[tasks[from]];
        cells.push({ from, to, label: String(from + 1), state, counts: countsOf(state, to - from + 1) });
        from = to + 1;
    }
    return cells;
}

function binsOf(tasks, bins) {
    const cells = [];
    for (let bin = 0; bin < bins; bin++) {
        const from = Math.floor((bin * tasks.length) / bins);
        const to = Math.floor(((bin + 1) * tasks.length) / bins) - 1;
        if (to < from) continue;
        const counts = { waiting: 0, running: 0, done: 0, failed: 0 };
        for (let at = from; at <= to; at++) counts[STATES[tasks[at]]]++;
        const [only, ...others] = Object.entries(counts).filter(([, n]) => n > 0);
        cells.push({ from, to, label: String(from + 1), ...(others.length === 0 ? { state: only[0] } : {}), counts });
    }
    return cells;
}

function generator(seed) {
    return () => {
        seed = (seed + 0x6d2b79f5) | 0;
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

function now() {
    return new Date().toISOString();
}

function ago(seconds) {
    return new Date(Date.now() - seconds * 1000).toISOString();
}

export { STATES };
