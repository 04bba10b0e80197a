/*
 * What Maven runs: installs the packages when package-lock.json changed, and builds the page when
 * anything that it is made of changed. Stamps of both are kept beside what they describe.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const madeFrom = [
    'src',
    'public',
    'api-docs',
    'index.html',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'vite.config.ts',
    '../server/src/main/openapi/openapi.yaml',
];

whenChanged('node_modules/.stamp', ['package.json', 'package-lock.json'], () => {
    console.log('Installing the packages of the page');
    npm('ci', '--ignore-scripts', '--prefer-offline', '--no-progress', '--loglevel=error');
});
whenChanged('target/page.stamp', madeFrom, () => npm('run', '--silent', 'build', '--', '--logLevel=warn'));

function whenChanged(stampFile, inputs, act) {
    const file = join(here, stampFile);
    const stamp = digest(inputs);
    if (existsSync(file) && readFileSync(file, 'utf8') === stamp) {
        return;
    }
    act();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, digest(inputs));
}

function digest(inputs) {
    const hash = createHash('sha256');
    for (const path of inputs.flatMap((input) => files(join(here, input)))) {
        // Generated from the contract, which is an input itself.
        if (!path.endsWith(join('api', 'schema.ts'))) {
            hash.update(path).update('\0').update(readFileSync(path)).update('\0');
        }
    }
    return hash.digest('hex');
}

function files(path) {
    if (!statSync(path).isDirectory()) {
        return [path];
    }
    return readdirSync(path)
        .sort()
        .flatMap((name) => files(join(path, name)));
}

function npm(...words) {
    const windows = process.platform === 'win32';
    const { status, error } = spawnSync('npm', words, { cwd: here, stdio: 'inherit', shell: windows });
    if (error) {
        console.error(`npm could not be started (${error.message}). Node 20.19 or newer with npm is needed.`);
    }
    if (status !== 0) {
        process.exit(status ?? 1);
    }
}
