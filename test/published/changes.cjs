// What a piece of code changes in others: `record()` remembers everything that can be reached from Node's globals and
// modules and from all that is loaded so far, and returns a function that tells what is different since: functions,
// objects that hold functions, settings that are true or false, and whatever lies on the global object.
const { builtinModules } = require('node:module');

/** What loading a module or starting a worker adds to, and what V8 fills in of old functions: nobody's behaviour. */
const BOOKKEEPING =
  /^node:module\._(cache|pathCache)$|^process\.std(out|err)\._events$|\.(arguments|caller)$|\[k[A-Z]\w+\]/;

/** Names as lib/README.md has them. */
const READABLE = [
  [/^_tfGlobals\.<kernelRegistry>\.<(\w+)>$/, 'kernel $1'],
  [/^_tfGlobals\.<gradRegistry>\.<(\w+)>$/, 'gradient $1'],
  [/^tf\.serialization\.SerializationMap\.instance\.classNameMap\./, 'class '],
  [/^process\._events\.(\w+)$/, 'process.on($1)'],
];

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** A function, or an object that holds one, such as an entry of a registry. Data come and go as a program computes. */
function isBehaviour(value) {
  if (typeof value === 'function') return true;
  if (!isObject(value)) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).some((d) => typeof d.value === 'function');
}

/** An object's own properties and a map's entries by name, read without calling anything of it. */
function contents(object) {
  const found = new Map();
  for (const key of Reflect.ownKeys(object)) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
    found.set(
      typeof key === 'symbol' ? `[${key.description}]` : `.${key}`,
      get || set ? [get, set] : [value],
    );
  }
  if (object instanceof Map) {
    for (const [key, value] of object) if (typeof key === 'string') found.set(`.<${key}>`, [value]);
  }
  found.set('.<prototype>', [Object.getPrototypeOf(object)]);
  return found;
}

/** A name by which an object is reached, and by which what lies in it is called. */
function readable(name) {
  return READABLE.reduce((text, [pattern, better]) => text.replace(pattern, better), name.replace(/^\./, ''));
}

/** Node's modules that are not private, deprecated or experimental; `domain` changes `process` when it is loaded. */
const nodeModules = Object.fromEntries(
  builtinModules
    .filter((name) => !/^_|\/|^(sys|wasi|domain|trace_events)$/.test(name) || name === 'timers/promises')
    .map((name) => [name, require(name)]),
);

/** @param {Record<string, object>} packages what to call by these names, beside Node's own */
function record(packages) {
  const known = new Map();
  const queue = [];
  const enter = (value, name) => {
    if (!isObject(value) || known.has(value) || ArrayBuffer.isView(value)) return;
    if (BOOKKEEPING.test(name) || value === require.main) return;
    known.set(value, { name, before: contents(value) });
    queue.push(value);
  };
  enter(globalThis, '');
  // Node defines some of its globals when they are first read.
  for (const name of Object.getOwnPropertyNames(globalThis)) enter(globalThis[name], name);
  known.get(globalThis).before = contents(globalThis);
  enter(process.stdout, 'process.stdout');
  enter(process.stderr, 'process.stderr');
  for (const [name, value] of Object.entries(nodeModules)) enter(value, `node:${name}`);
  for (const [name, value] of Object.entries(packages)) {
    enter(value, name);
    for (const key of Object.keys(value)) enter(value[key], `${name}.${key}`);
  }
  for (const [path, loaded] of Object.entries(require.cache)) {
    enter(loaded.exports, path.split(/node_modules[\\/]/).at(-1));
  }
  for (const object of queue) {
    const { name, before } = known.get(object);
    for (const [key, values] of before) for (const value of values) enter(value, name + key);
  }

  /** @returns {string[]} such as `replaced Math.random` */
  return function changes() {
    const found = [];
    for (const [object, { name, before }] of known) {
      const after = contents(object);
      for (const key of new Set([...before.keys(), ...after.keys()])) {
        const [was, is] = [before.get(key) ?? [], after.get(key) ?? []];
        if (was.length === is.length && was.every((value, i) => Object.is(value, is[i]))) continue;
        if (BOOKKEEPING.test(name + key)) continue;
        const setting =
          typeof was[0] === 'boolean' || (typeof was[0] === 'number' && /^[A-Z]\w*$/.test(name));
        if (object !== globalThis && !setting && ![...was, ...is].some(isBehaviour)) continue;
        const what = was.length === 0 ? 'added' : is.length === 0 ? 'removed' : 'replaced';
        found.push(`${what} ${readable(name + key)}`);
      }
    }
    return found.sort();
  };
}

module.exports = { record };
