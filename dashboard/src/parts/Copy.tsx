import { useState } from 'react';
import { Icon } from './Icon';
import { useToasts } from './Toasts';

/** Puts text on the clipboard, also where the page is not served securely. */
export async function copy(text: string): Promise<boolean> {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        const area = document.createElement('textarea');
        area.value = text;
        area.className = 'vh';
        document.body.append(area);
        area.select();
        const done = document.execCommand('copy');
        area.remove();
        return done;
    }
}

/** A command to run in a terminal, with a button that copies it. */
export function Command({ text }: { text: string }) {
    const toasts = useToasts();
    const [copied, setCopied] = useState(false);
    const act = async () => {
        if (await copy(text)) setCopied(true);
        else toasts.complain('The browser does not let this page copy. Select the command instead.');
    };
    return (
        <span className="command">
            <code>{text}</code>
            <button className="btn quiet small" onClick={() => void act()} onBlur={() => setCopied(false)}>
                <Icon name={copied ? 'check' : 'copy'} size="s" />
                {copied ? 'Copied' : 'Copy'}
            </button>
        </span>
    );
}
