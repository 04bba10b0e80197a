/**
 * The address, on this server, that a pasted login link stands for; undefined where the text is
 * none. The whole link, its path, and its bare code are all taken: people copy what they see.
 */
export function loginAddress(pasted: string): string | undefined {
    const text = pasted.trim();
    const code =
        /[?&]code=([A-Za-z0-9_~.-]{8,256})(?:[&#]|$)/.exec(text)?.[1] ?? /^[A-Za-z0-9_~.-]{16,256}$/.exec(text)?.[0];
    return code && `/login?code=${encodeURIComponent(code)}`;
}
