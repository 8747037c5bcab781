/* Renders Vega specifications as Kibana does: parsed to syntax trees that an interpreter runs, the colours of
 * its themes as defaults, the data where a url was, no DOM.
 *
 *     node render_vega.mjs FOLDER 5|6 <JOBS >RESULTS
 *
 * FOLDER is what scripts/install-vega prints. JOBS is a list of {spec, response, width, height, theme}, RESULTS
 * a list of {messages, svg, nodes, links}: what Vega complained of, the picture, and the data it shows, with
 * the filter that a click on each node makes. */
import fs from 'node:fs';
import path from 'node:path';

const VERSIONS = { 5: ['vega-5.33.1', 'vega-interpreter-1.2.1'], 6: ['vega-6.4.0', 'vega-interpreter-2.2.1'] };
const THEMES = {
    light: { label: '#69707D', title: '#343741', background: '#FFFFFF' },
    dark: { label: '#98A2B3', title: '#D4DAE5', background: '#1D1E24' },
};
const FILTER_FUNCTIONS = ['kibanaAddFilter', 'opensearchDashboardsAddFilter'];
const filters = [];

/* A bundle of the older kind, which asks for other packages with `require`. */
function loadBundle(file, require) {
    const module = { exports: {} };
    new Function('exports', 'module', 'require', fs.readFileSync(file, 'utf8'))(module.exports, module, require);
    return module.exports;
}

async function load(folder, major) {
    const [vegaFolder, interpreterFolder] = VERSIONS[major].map((name) => path.join(folder, name, 'build'));
    const vega = loadBundle(path.join(vegaFolder, 'vega.js'));
    const interpreter = path.join(interpreterFolder, 'vega-interpreter.js');
    const { expressionInterpreter } =
        major === '6' ? await import(interpreter) : loadBundle(interpreter, () => vega);
    for (const name of FILTER_FUNCTIONS) vega.expressionFunction(name, (query, index) => filters.push({ query, index }));
    return { vega, expressionInterpreter };
}

function prepared(job) {
    const theme = THEMES[job.theme];
    const spec = structuredClone(job.spec);
    for (const data of spec.data.filter((one) => one.url)) {
        delete data.url;
        data.values = job.response;
    }
    spec.config = {
        style: { 'guide-label': { fill: theme.label }, 'guide-title': { fill: theme.title } },
        background: theme.background,
    };
    spec.autosize = { type: 'fit', contains: 'padding' };
    return spec;
}

/* The filter that a click on a node makes; undefined if it makes none. */
async function clicked({ vega, expressionInterpreter }, spec, node) {
    const handler = spec.signals.find((signal) => signal.name === 'chosen').on[0].update.replaceAll('datum.', 'node.');
    const signals = [{ name: 'node', value: node }, { name: 'chosen', update: handler }];
    filters.length = 0;
    await new vega.View(vega.parse({ signals }, undefined, { ast: true }), { expr: expressionInterpreter }).runAsync();
    return filters[0];
}

async function render(loaded, job) {
    const { vega, expressionInterpreter } = loaded;
    const messages = [];
    const note = (...words) => messages.push(words.map(String).join(' '));
    const logger = { level() { return this; }, error: note, warn: note, info() {}, debug() {} };
    const runtime = vega.parse(prepared(job), undefined, { ast: true });
    const view = new vega.View(runtime, { expr: expressionInterpreter, renderer: 'none', logger });
    view.width(job.width).height(job.height);
    await view.runAsync();
    const svg = await view.toSVG();
    const keep = (names) => (row) => Object.fromEntries(names.map((name) => [name, row[name]]));
    const nodes = view.data('placed').map(keep(['level', 'kind', 'name', 'lookups', 'failed', 'members', 'x', 'y']));
    const links = view.data('drawn').map((row) => ({
        from: row.start.name, to: row.end.name, lookups: row.lookups, failed: row.failed, p95: row.p95,
    }));
    for (const node of nodes) node.filter = await clicked(loaded, job.spec, node);
    if (nodes.length > 0) await view.signal('hovered', view.data('placed')[0].shown).runAsync();
    return { messages, svg, nodes, links };
}

const [folder, major] = process.argv.slice(2);
const loaded = await load(path.resolve(folder), major);
const results = [];
for (const job of JSON.parse(fs.readFileSync(0, 'utf8'))) results.push(await render(loaded, job));
process.stdout.write(JSON.stringify(results));
