// Runs before the first paint, so that a chosen theme never flashes the other one.
(function () {
    var light = matchMedia('(prefers-color-scheme: light)');
    function chosen() {
        try {
            return localStorage.getItem('lumenyard-theme');
        } catch {
            return null;
        }
    }
    function apply() {
        document.documentElement.dataset.theme = chosen() || (light.matches ? 'light' : 'dark');
        dispatchEvent(new Event('lumenyard-theme'));
    }
    apply();
    light.addEventListener('change', apply);
    addEventListener('storage', apply);
})();
