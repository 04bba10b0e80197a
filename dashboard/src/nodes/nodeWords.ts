/** What is said of nodes: the page's answer, a node's make, its load. */
import type { Node } from '../api/types';
import { count, join, mebibytes } from '../parts/words';

const VCPU = 'amount.worker.vcpu';
const MEMORY = 'amount.worker.memory';
const GPU = 'amount.worker.gpu';

/** Whether it is here and given only what no other node could do. */
export function isQuarantined(node: Node): boolean {
    return node.state === 'online' && node.quarantine !== undefined;
}

/** The runs that have a slot of their own: what waits behind another takes nothing of the node yet. */
export function inSlots(node: Node): Node['runs'] {
    const begun = node.runs.filter((run) => run.state !== 'assigned');
    return begun.length > 0 ? begun : node.runs;
}

export function heading(nodes: readonly Node[]): string {
    const here = nodes.filter((node) => node.state !== 'offline');
    const online = here.filter((node) => node.state === 'online').length;
    const lost = here.filter((node) => node.state === 'lost');
    if (nodes.length === 0) return 'No nodes yet';
    if (here.length === 0) return `No node is up, ${count(nodes.length, 'is', 'are')} offline`;
    const busy = here.reduce((sum, node) => sum + inSlots(node).length, 0);
    const slots = busy + here.reduce((sum, node) => sum + (node.slots ?? 0), 0);
    const up = online === here.length ? `${count(online, 'node')} up` : `${online} of ${count(here.length, 'node')} up`;
    const work = busy === 0 ? 'all idle' : `${busy} of ${count(slots, 'slot')} busy`;
    const need = [needing(lost, 'silent'), needing(here.filter(isQuarantined), 'quarantined')].filter(Boolean);
    return [join([up, work]), ...need].join('. ') + (need.length > 0 ? '.' : '');
}

function needing(nodes: readonly Node[], what: string): string | undefined {
    const [first] = nodes;
    return first && (nodes.length === 1 ? `${first.name} is ${what}` : `${nodes.length} are ${what}`);
}

export function subheading(nodes: readonly Node[]): string {
    const runs = nodes.flatMap((node) => node.runs);
    const warm = nodes.flatMap((node) => node.instances).filter((instance) => instance.state !== 'loading');
    const scenes = new Set(warm.map((instance) => instance.model)).size;
    if (scenes > 0)
        return scenes === 1
            ? `${count(warm.length, 'warm renderer holds', 'warm renderers hold')} a scene: its frames start without loading.`
            : `${count(warm.length, 'warm renderer')} hold ${count(scenes, 'scene')}: their frames start without loading.`;
    return runs.length > 0 ? 'No scene is kept warm at the moment.' : 'Nothing runs at the moment.';
}

/** Processors, memory and what else there is, in a few words. */
export function make(node: Node): string {
    const { [VCPU]: cores, [MEMORY]: memory, [GPU]: gpus } = node.amounts;
    return join([
        cores !== undefined && count(cores, 'core'),
        memory !== undefined && memory > 0 && mebibytes(memory),
        gpus !== undefined && gpus > 0 && count(gpus, 'GPU'),
    ]);
}

const PROGRAMS: Record<string, string> = { blender: 'Blender', encode: 'ffmpeg', ffmpeg: 'ffmpeg' };

/** The programs a node has, such as "Blender 4.5". */
export function programs(node: Node): string[] {
    return Object.entries(node.attributes).flatMap(([name, versions]) => {
        const engine = /^attr\.([\w-]+)\.version$/.exec(name)?.[1];
        return engine === undefined ? [] : versions.map((version) => `${PROGRAMS[engine] ?? engine} ${version}`);
    });
}

export interface Load {
    /** Share of the processors' time that is asked for, 0 to 1; undefined if unknown. */
    processors: number | undefined;
    memory: number | undefined;
}

export function load(node: Node): Load {
    const cores = node.amounts[VCPU] ?? 0;
    const memory = node.amounts[MEMORY] ?? 0;
    return {
        processors: node.load !== undefined && node.load >= 0 && cores > 0 ? Math.min(1, node.load / cores) : undefined,
        memory:
            node.freeMebibytes !== undefined && node.freeMebibytes >= 0 && memory > 0
                ? Math.min(1, Math.max(0, 1 - node.freeMebibytes / memory))
                : undefined,
    };
}

/** The last part of a scene's name: "lighthouse.blend" of "file:///scenes/lighthouse.blend". */
export function sceneName(model: string): string {
    const path = model.replace(/[#?@].*$/, '').replace(/[\\/]+$/, '');
    return path.split(/[\\/]/).pop() || model;
}

export function matches(node: Node, words: string): boolean {
    const text = [
        node.name,
        isQuarantined(node) ? 'quarantined' : node.state,
        node.runs.length === 0 ? 'idle' : 'busy',
        ...node.instances.map((instance) => instance.model),
        ...node.runs.map((run) => run.jobName ?? ''),
        ...programs(node),
        ...(node.attributes['attr.software'] ?? []),
    ]
        .join(' ')
        .toLowerCase();
    return words
        .toLowerCase()
        .split(/\s+/)
        .every((word) => text.includes(word));
}
