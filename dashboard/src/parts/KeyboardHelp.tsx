import { useState } from 'react';
import { Dialog } from './Dialog';
import { lettersAreOn, turnLetters } from './keys';

const GROUPS: [string, [string, ...string[]][]][] = [
    [
        'Anywhere',
        [
            ['This help', '?'],
            ['Jobs', 'g', 'j'],
            ['Nodes', 'g', 'n'],
            ['Limits', 'g', 'l'],
            ['Usage', 'g', 'u'],
            ['Filter', '/'],
            ['Undo the last action', 'z'],
            ['Light or dark', 't'],
        ],
    ],
    [
        'Jobs',
        [
            ['Next, previous row', 'j', 'k'],
            ['Open', 'Enter'],
            ['Select', 'x'],
            ['Select to here', 'Shift', 'x'],
            ['Clear the selection', 'Esc'],
            ['Hold or release', 'h'],
            ['Retry failed', 'r'],
            ['Priority', 'p'],
            ['Why does it wait', 'w'],
            ['Cancel the selection', 'Delete'],
            ['Rename, on its page', 'F2'],
        ],
    ],
    [
        'Frames and flip-book',
        [
            ['Play, pause', 'Space'],
            ['Frame back, on', '←', '→'],
            ['Next failed', 'f'],
            ['Zoom strip', '+', '−'],
            ['Fit strip', '0'],
            ['Log of this frame', 'l'],
        ],
    ],
    [
        'Log',
        [
            ['Search', '/'],
            ['Next, previous hit', 'n', 'N'],
            ['First error', 'e'],
        ],
    ],
];

export function KeyboardHelp({ close }: { close: () => void }) {
    const [letters, setLetters] = useState(lettersAreOn);
    return (
        <Dialog label="Keyboard" close={close}>
            <div className="q">
                <h2 className="grow">Keyboard</h2>
                <form method="dialog">
                    <button className="btn quiet small">
                        Close <kbd>Esc</kbd>
                    </button>
                </form>
            </div>
            <div className="keys">
                {GROUPS.map(([title, rows]) => (
                    <section key={title}>
                        <h3>{title}</h3>
                        {rows.map(([what, ...keys]) => (
                            <div key={what}>
                                <span>{what}</span>
                                <span>
                                    {keys.map((key) => (
                                        <kbd key={key}>{key}</kbd>
                                    ))}
                                </span>
                            </div>
                        ))}
                    </section>
                ))}
            </div>
            <footer>
                <label>
                    <input
                        type="checkbox"
                        checked={letters}
                        onChange={(event) => {
                            turnLetters(event.target.checked);
                            setLetters(event.target.checked);
                        }}
                    />{' '}
                    Single letters work outside of inputs
                </label>
            </footer>
        </Dialog>
    );
}
