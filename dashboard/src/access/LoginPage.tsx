import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { farmQuery } from '../api/queries';
import { Command } from '../parts/Copy';
import { Mark } from '../parts/Mark';
import { loginAddress } from './links';

/** Asked before the router tidies the address: the server sends a browser with a stale link to `/?login=expired`. */
const refused = new URLSearchParams(location.search).get('login') === 'expired';

/** No password: a link, good once, made by whoever may run commands on the server's machine. */
export function LoginPage() {
    const known = useQuery({ ...farmQuery, enabled: false }).isSuccess;
    const navigate = useNavigate();
    const [link, setLink] = useState('');
    const [wrong, setWrong] = useState(false);

    useEffect(() => {
        document.title = 'Sign in · Lumenyard';
    }, []);
    useEffect(() => {
        if (known) void navigate({ to: '/jobs', replace: true });
    }, [known, navigate]);

    const enter = (event: FormEvent) => {
        event.preventDefault();
        const address = loginAddress(link);
        if (address) location.assign(address);
        else setWrong(true);
    };
    return (
        <main id="main" className="login">
            <form onSubmit={enter}>
                <Mark size={36} />
                <h1>Sign in to the farm</h1>
                {refused && (
                    <p className="notice st-failed" role="status">
                        That link is used up or older than ten minutes. Make a fresh one.
                    </p>
                )}
                <p className="t2">On the machine that runs the server, type</p>
                <Command text="./lumenyard open" />
                <p className="t2">It opens this page, signed in. The link it prints works once, within ten minutes.</p>
                <label>
                    Or paste such a link here
                    <input
                        className="input"
                        value={link}
                        onChange={(event) => {
                            setLink(event.target.value);
                            setWrong(false);
                        }}
                        placeholder={`${location.origin}/login?code=…`}
                        autoComplete="off"
                        spellCheck={false}
                        aria-invalid={wrong}
                        aria-describedby={wrong ? 'wrong-link' : undefined}
                    />
                </label>
                {wrong && (
                    <p className="s bad" id="wrong-link" role="alert">
                        This is not a login link: it has no <code>code=</code> in it.
                    </p>
                )}
                <button className="btn primary" disabled={link.trim() === ''}>
                    Sign in
                </button>
            </form>
        </main>
    );
}
