// mocha's spec reporter, which also writes how many tests passed, failed and were skipped.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class Totals extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      writeFileSync(
        options.reporterOption.file,
        JSON.stringify({ passed: passes, failed: failures, skipped: pending }),
      );
    });
  }
};
