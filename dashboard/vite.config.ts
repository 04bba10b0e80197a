import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const server = process.env.LUMENYARD_SERVER ?? 'http://127.0.0.1:7411';

/** Puts Swagger UI and our page around it under /api-docs/, so that nothing is loaded from elsewhere. */
function apiDocs(): Plugin {
    const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
    return {
        name: 'api-docs',
        apply: 'build',
        generateBundle() {
            const add = (folder: string, ...names: string[]) => {
                for (const name of names) {
                    const source = readFileSync(join(folder, name));
                    this.emitFile({ type: 'asset', fileName: `api-docs/${name}`, source });
                }
            };
            add(swagger, 'swagger-ui.css', 'swagger-ui-bundle.js');
            add('api-docs', 'index.html', 'start.js', 'page.css');
        },
    };
}

export default defineConfig({
    plugins: [react(), apiDocs()],
    // Pages are served with a policy that forbids data: addresses for anything but pictures.
    build: {
        outDir: 'target/classes/dashboard',
        emptyOutDir: true,
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 700,
        target: 'es2023',
    },
    worker: { format: 'es' },
    server: {
        host: '127.0.0.1',
        proxy: { '/api/': server, '/login': { target: server, bypass: keepPage } },
    },
    test: { include: ['src/**/*.test.ts'], environment: 'node' },
});

/** The login page itself is ours; only a link with its one-time code goes to the server. */
function keepPage(request: { url?: string }): string | undefined {
    return request.url?.includes('code=') ? undefined : '/index.html';
}
