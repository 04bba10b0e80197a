/** Pictures by address, decoded before they are used, so that nothing flickers. The oldest are let go. */
export class Pictures {
    private readonly ready = new Map<string, HTMLImageElement>();
    private readonly asked = new Map<string, Promise<HTMLImageElement | undefined>>();

    constructor(
        private readonly most: number,
        private readonly arrived: () => void = () => undefined,
    ) {}

    /** The picture if it is here; otherwise it is fetched, and `arrived` is called later. */
    get(address: string): HTMLImageElement | undefined {
        const picture = this.ready.get(address);
        if (picture) {
            this.ready.delete(address);
            this.ready.set(address, picture);
        } else {
            void this.load(address);
        }
        return picture;
    }

    /** The picture once it is here; undefined where it cannot be had. */
    load(address: string): Promise<HTMLImageElement | undefined> {
        const ready = this.ready.get(address);
        if (ready) return Promise.resolve(ready);
        let asked = this.asked.get(address);
        if (!asked) {
            const picture = new Image();
            picture.decoding = 'async';
            picture.src = address;
            asked = picture
                .decode()
                .then(() => this.keep(address, picture))
                .catch(() => undefined);
            this.asked.set(address, asked);
        }
        return asked;
    }

    private keep(address: string, picture: HTMLImageElement): HTMLImageElement {
        this.ready.set(address, picture);
        this.asked.delete(address);
        for (const oldest of this.ready.keys()) {
            if (this.ready.size <= this.most) break;
            this.ready.delete(oldest);
        }
        this.arrived();
        return picture;
    }
}
