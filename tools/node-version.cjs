// Refuses a Node that is too old, in a sentence. Loaded before the tools, which an old Node cannot even read
// (Ubuntu 22.04 carries Node 12), so it is written for one.
'use strict';

/** Why the version is refused, or '' where it is new enough. */
exports.refusal = function refusal(/** @type {string} */ version) {
  const parts = version.split('.').map(Number);
  if (parts[0] > 20 || (parts[0] === 20 && parts[1] >= 19)) return '';
  return `Node ${version} is too old: the course needs 20.19 or newer. Install the LTS version from nodejs.org, and run the same command again.`;
};

const reason = exports.refusal(process.versions.node);
if (reason) {
  console.error(reason);
  process.exit(1);
}
