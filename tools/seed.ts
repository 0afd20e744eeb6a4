import fc from 'fast-check';

/**
 * Loaded before the tests: property tests try the same cases in every run, so that a red run is the change's fault. LARDER_SEED=N, or a new number each night, tries others;
 * what such a run finds is a fault to mend all the same.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['LARDER_SEED'] ?? 20_261_123) });
