// Loaded before the kernel's processes begin: lets a cell ask what has been changed since.
if (process.argv[1]?.endsWith('main.js') && process.send) {
  let tell;
  globalThis.changesInOthers = () => tell();
  tell = require('./changes.cjs').record({});
}
