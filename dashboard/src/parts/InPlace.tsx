import { useEffect, useId, useRef, useState } from 'react';

/**
 * A value that is edited where it stands: Enter keeps it, Escape and leaving it do not. What is
 * wrong with it is said below it in words, and it stays open until it is right or given up.
 */
export function InPlace({
    value,
    label,
    check,
    save,
    done,
    className,
    numeric = false,
}: {
    value: string;
    label: string;
    /** What is wrong with a text, in words; undefined when nothing is. */
    check: (text: string) => string | undefined;
    /** Keeps the text; answers why that was refused, undefined when it was not. */
    save: (text: string) => Promise<string | undefined>;
    done: () => void;
    className: string;
    numeric?: boolean;
}) {
    const input = useRef<HTMLInputElement>(null);
    const says = useId();
    const [text, setText] = useState(value);
    const [problem, setProblem] = useState<string>();
    const [saving, setSaving] = useState(false);
    useEffect(() => input.current?.select(), []);

    const close = () => {
        const row = input.current?.closest('tr');
        done();
        row?.focus();
    };
    const keep = async () => {
        const wanted = text.trim();
        const wrong = check(wanted);
        if (wrong) return setProblem(wrong);
        if (wanted === value) return close();
        setSaving(true);
        const refused = await save(wanted);
        setSaving(false);
        if (refused) setProblem(refused);
        else close();
    };
    return (
        <span className="in-place">
            <input
                ref={input}
                className={className}
                inputMode={numeric ? 'numeric' : 'text'}
                aria-label={label}
                aria-invalid={problem !== undefined}
                aria-describedby={problem ? says : undefined}
                title="Enter keeps it, Escape does not"
                autoComplete="off"
                spellCheck={false}
                readOnly={saving}
                value={text}
                onChange={(event) => {
                    setText(event.target.value);
                    setProblem(undefined);
                }}
                onClick={(event) => event.stopPropagation()}
                onBlur={() => saving || done()}
                onKeyDown={(event) => {
                    event.stopPropagation();
                    if (event.key === 'Enter') {
                        event.preventDefault();
                        if (!saving) void keep();
                    }
                    if (event.key === 'Escape') close();
                }}
            />
            {problem && (
                <span className="in-place-says pop" id={says} role="alert">
                    {problem}
                </span>
            )}
        </span>
    );
}
